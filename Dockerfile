# gatewise as a command in a container; models and data are in the folder that is mounted at /data:
#   docker build --tag gatewise .
#   docker run --rm --init --volume "$PWD:/data" gatewise compare table.csv --horizon 24
# Of Linux' torch the usual index has only builds with CUDA, several gigabytes; name PyTorch's own index of CPU builds:
#   docker build --build-arg PIP_EXTRA_INDEX_URL=... --tag gatewise .
FROM debian:12-slim AS base
# LightGBM, which is a baseline, looks for the system's OpenMP.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates libgomp1 python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*

FROM base AS build
ARG PIP_EXTRA_INDEX_URL
# Extras of the package, such as audio,text.
ARG EXTRAS=""
RUN python3 -m venv /opt/gatewise
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
RUN /opt/gatewise/bin/pip install --no-cache-dir --only-binary :all: --constraint constraints.txt ".${EXTRAS:+[$EXTRAS]}"

FROM base
COPY --from=build /opt/gatewise /opt/gatewise
# Kernels that were compiled once are kept in this user's home.
RUN useradd --uid 1000 --create-home gatewise && install --directory --owner gatewise /data
# torch asks for a name, which whoever comes with docker run --user has not.
ENV PATH=/opt/gatewise/bin:$PATH USER=gatewise
USER gatewise
WORKDIR /data
ENTRYPOINT ["gatewise"]
CMD ["--help"]
