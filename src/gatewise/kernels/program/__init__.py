"""Programs: operators on memory made once, one after the other in one call, with steps of cells between them."""
