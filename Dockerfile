# The dashboard, the program, and nothing else. From source:
#   docker build -t almanac .
# or from a program that `make dist` built, which needs neither Node nor Go:
#   docker build --build-arg PROGRAM=prebuilt -t almanac .
ARG PROGRAM=build

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY web ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist web/dist
ARG VERSION=dev
RUN CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /almanac ./cmd/almanac

FROM scratch AS prebuilt
ARG TARGETARCH
COPY dist/.build/linux-${TARGETARCH}/almanac /almanac

FROM ${PROGRAM} AS program

FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=program /almanac /almanac
# Docker makes the folder of a working directory for the user who is set, who owns it then.
WORKDIR /data
VOLUME /data
EXPOSE 8080
ENV ALMANAC_DATA=/data
# Inside a container loopback reaches nobody: publish the port only where it should be reachable.
ENTRYPOINT ["/almanac"]
CMD ["serve", "--listen", "0.0.0.0:8080"]
