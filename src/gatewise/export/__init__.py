"""Fitted models as files that need neither Python nor this package.

>>> from gatewise.export import export_onnx
"""

from gatewise.export.onnx.export import OnnxExport, export_onnx

__all__ = ["OnnxExport", "export_onnx"]
