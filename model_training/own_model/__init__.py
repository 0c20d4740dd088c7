"""An owner's own model, of scikit-learn or ONNX: made ready to be published, and measured."""
