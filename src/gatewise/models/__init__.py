"""Networks: a recurrent encoder between a way in and a head."""
