"""A step of a model as C99: one ``.c`` and one ``.h`` that need no library and no memory but what they are given."""
