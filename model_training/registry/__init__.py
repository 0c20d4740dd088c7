"""The models in the data lake: published, signed, checked, promoted and rolled back."""
