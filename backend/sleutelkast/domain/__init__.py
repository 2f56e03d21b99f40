"""The rules of Sleutelkast: pure values and functions, standard library only."""
