"""Owners' models in ONNX, whatever framework fitted them: checked, loaded and evaluated.

The check reads the file itself, before onnxruntime does, and needs the standard library only. Only `model`
needs numpy and onnxruntime. It is imported when the lake's pointer names such a model, and by
``model_training publish``: both refuse the same files.
"""
