"""gatewise on 64-bit ARM, where there is only another processor: Debian's arm64 and qemu-user."""
