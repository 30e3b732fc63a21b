"""What a kernel is told: sizes, strides and addresses in one record of integers, and where workspaces stand."""
