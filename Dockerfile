# The function as a container image, for what can't fit into a zip and its layers (`packaging: image` in cdk.json).
# Built by `cdk deploy`; the first stage makes the same layers and the same code as the zip variant has.
ARG RUNTIME=python3.11
ARG PYTHON_VERSION=3.11

FROM public.ecr.aws/sam/build-${RUNTIME} AS build
ARG RUNTIME
ARG PYTHON_VERSION
ARG ARCHITECTURE=x86_64
ARG LAYERS=ml
WORKDIR /build
COPY layer_build layer_build
RUN mkdir -p /built/opt \
 && for layer in ${LAYERS}; do \
      python${PYTHON_VERSION} -B -m layer_build build --layer ${layer} --runtime ${RUNTIME} --arch ${ARCHITECTURE} --image --out /built/${layer} \
      && cp -R /built/${layer}/. /built/opt || exit 1; \
    done
COPY lambda_src /built/task
# Unchecked bytecode: an image's files are read-only on Lambda, and whoever runs there must be able to read them.
RUN python${PYTHON_VERSION} -m compileall -q --invalidation-mode unchecked-hash -s /built/task -p /var/task /built/task \
 && PYTHONPATH=/built/task python${PYTHON_VERSION} -B -m bundle /built/task \
 && chmod -R u=rwX,go=rX /built/task

FROM public.ecr.aws/lambda/python:${PYTHON_VERSION}
# Where Lambda mounts a layer: the base image looks for packages there too.
COPY --from=build /built/opt /opt
COPY --from=build /built/task /var/task
CMD ["inference.handler.handler"]
