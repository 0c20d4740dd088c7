"""What a skops file may hold beyond what skops itself trusts (estimators, losses, numpy's numbers).

None of these types runs code from the file. Those whose indices scikit-learn's compiled code follows
unchecked, such as a tree's nodes, are checked by `estimators.structure` before they are used. Names that the
installed version doesn't have do no harm.
"""

_DISTANCES = tuple(
    f"sklearn.metrics._dist_metrics.{name}Distance64" for name in ("Chebyshev", "Euclidean", "Manhattan")
)
_KERNELS = tuple(
    f"sklearn.gaussian_process.kernels.{name}"
    for name in (
        "CompoundKernel",
        "ConstantKernel",
        "DotProduct",
        "Exponentiation",
        "ExpSineSquared",
        "Matern",
        "Product",
        "RBF",
        "RationalQuadratic",
        "Sum",
        "WhiteKernel",
    )
)
_SCORES = tuple(
    f"sklearn.feature_selection._univariate_selection.{name}"
    for name in ("chi2", "f_classif", "f_regression")
)

TRUSTED = (
    "numpy.dtype",
    "scipy.interpolate._bsplines.BSpline",
    "scipy.interpolate._bsplines._BSpline",  # what a BSpline of SciPy 1.18 holds
    "sklearn._loss.loss.HalfTweedieLoss",
    "sklearn._loss.loss.HalfTweedieLossIdentity",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.calibration._TemperatureScaling",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.gaussian_process._gpc._BinaryGaussianProcessClassifierLaplace",
    *_KERNELS,
    *_DISTANCES,
    *_SCORES,
    "sklearn.metrics._scorer._PassthroughScorer",
    "sklearn.model_selection._split.KFold",
    "sklearn.model_selection._split.StratifiedKFold",
    "sklearn.neighbors._ball_tree.BallTree",
    "sklearn.neighbors._kd_tree.KDTree",
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
    "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
    "sklearn.utils._metadata_requests.MetadataRequest",
    "sklearn.utils._metadata_requests.MethodMetadataRequest",
)
# skops's kinds of nodes that these types need. skops has more, which are refused: bound methods, partials,
# operators, bytes, and sparse matrices, whose files are zips within the zip and could grow without limit.
LOADERS = frozenset(
    f"{name}Node"
    for name in (
        "Cached",
        "DType",
        "DefaultDict",
        "Dict",
        "Function",
        "Json",
        "List",
        "Loss",
        "MaskedArray",
        "NdArray",
        "Object",
        "RandomGenerator",
        "RandomState",
        "Set",
        "Slice",
        "Tree",
        "Tuple",
        "Type",
    )
)
