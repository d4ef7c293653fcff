# The app as an image: docker build -t latent-clusters . ; docs/deploy.md says how to run it.
FROM python:3.11-slim-bookworm AS packages
WORKDIR /src
COPY requirements.txt ./
COPY deploy/cpu_torch.py deploy/
# torch's build for the CPU where its page can be reached; for a GPU: --build-arg TORCH=cuda
ARG TORCH=cpu
RUN python -m venv /packages \
 && LATENT_CLUSTERS_TORCH=$TORCH /packages/bin/python deploy/cpu_torch.py \
 && /packages/bin/pip install --quiet --no-cache-dir -r requirements.txt

FROM python:3.11-slim-bookworm
# numba and scikit-learn compute with OpenMP
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libgomp1 \
 && rm -rf /var/lib/apt/lists/* && useradd --uid 10001 --create-home app
COPY --from=packages /packages /packages
WORKDIR /app
COPY . .
# What is written lies in one volume, so the rest may be read-only. Data and Runs of the image are copied
# there when a new volume is first used, by Docker itself; so is what numba has compiled.
RUN /packages/bin/python -m compileall -q core pages streamlit_app.py \
 && PYTHONPATH=. /packages/bin/python -c "from pages.parts.latent_view.serving import plotly_js; plotly_js()" \
 && mkdir /volume && PYTHONPATH=. NUMBA_CACHE_DIR=/volume/.numba /packages/bin/python -c \
    "import core.latents.ward, core.latents.umap.kernel, core.metrics.mean_distances, core.metrics.ranks" \
 && mv checkpoints data studies/results /volume/ && ln -s /volume/checkpoints /volume/data . \
 && ln -s /volume/results studies/results && chown -R app:app /volume
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp NUMBA_CACHE_DIR=/volume/.numba MALLOC_ARENA_MAX=2 \
    LATENT_CLUSTERS_CHECKPOINTS=/volume/checkpoints LATENT_CLUSTERS_RESULTS=/volume/results
USER app
VOLUME /volume
EXPOSE 8501
HEALTHCHECK --start-period=60s --interval=30s --timeout=5s CMD ["python", "-c", \
  "import os, urllib.request as u; p = os.environ.get('STREAMLIT_SERVER_BASE_URL_PATH', '').strip('/'); \
u.urlopen(f'http://127.0.0.1:8501/{p + chr(47) if p else str()}_stcore/health', timeout=4)"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0", \
     "--server.port=8501", "--server.headless=true"]
