"""A finished or running comparison as a person sees it in Python: text, a cell of a notebook, frames, figures."""
