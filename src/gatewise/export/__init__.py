"""Fitted models as files that need neither Python nor this package.

>>> from gatewise.export import export_c, export_onnx
"""

from gatewise.export.c.export import CExport, export_c
from gatewise.export.onnx.export import OnnxExport, export_onnx

__all__ = ["CExport", "OnnxExport", "export_c", "export_onnx"]
