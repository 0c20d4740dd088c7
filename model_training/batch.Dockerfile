# The training side as a container, for logs that are too large for the jobs function (`training_compute: batch` in
# cdk.json). Built by `cdk deploy`; its command is the one that people run: python -m model_training.
ARG PYTHON_VERSION=3.11

FROM public.ecr.aws/docker/library/python:${PYTHON_VERSION}-slim AS build
ARG PYTHON_VERSION
ENV UV_SYSTEM_CERTS=true
WORKDIR /recall
RUN python${PYTHON_VERSION} -m pip install --no-cache-dir --disable-pip-version-check --root-user-action=ignore uv==0.13.8
COPY pyproject.toml uv.lock ./
# The very versions of uv.lock, on the image's own Python.
RUN python${PYTHON_VERSION} -m uv sync --frozen --only-group training --only-group automl --no-install-project \
    --compile-bytecode --no-cache --no-managed-python --python python${PYTHON_VERSION}

FROM public.ecr.aws/docker/library/python:${PYTHON_VERSION}-slim
WORKDIR /recall
COPY --from=build /recall/.venv .venv
COPY lambda_src lambda_src
COPY model_training model_training
# LightGBM looks for the system's OpenMP, which this image lacks: it gets the one that scikit-learn brings.
RUN ln -s $(find /recall/.venv -path '*/scikit_learn.libs/libgomp-*') .venv/libgomp.so.1
ENV LD_LIBRARY_PATH=/recall/.venv
ENV PYTHONPATH=/recall:/recall/lambda_src PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Nobody: the job writes into /tmp only.
USER 65534:65534
ENTRYPOINT ["/recall/.venv/bin/python", "-m", "model_training"]
