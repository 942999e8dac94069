# Shared by certs/make and certs/renew; POSIX sh with openssl 1.1.1 or newer.
# shellcheck shell=sh

umask 077
NAME=tidegate
NAMESPACE=tidegate-system

die() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

command -v openssl >/dev/null 2>&1 || die "openssl is not installed"

# Days that a CA and a serving pair are good for.
CA_DAYS=${CA_DAYS:-3650}
DAYS=${DAYS:-90}
for days in "$CA_DAYS" "$DAYS"; do
  case $days in
    '' | *[!0-9]* | 0*) die "CA_DAYS and DAYS are numbers of days from 1, not '$days'" ;;
  esac
done

# new_ca DIR: DIR/ca.key and DIR/ca.crt
new_ca() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
    -days "$CA_DAYS" -subj "/CN=$NAME webhook CA $(date -u +%Y-%m-%d)" \
    -addext basicConstraints=critical,CA:TRUE,pathlen:0 \
    -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$1/ca.key" -out "$1/ca.crt" 2>"$1/openssl.log" ||
    die "openssl could not make a CA: $(cat "$1/openssl.log")"
  rm -f "$1/openssl.log"
}

# new_pair DIR [SAN...]: DIR/tls.key and DIR/tls.crt, signed by DIR/ca.key
new_pair() {
  pair=$1
  shift
  san="DNS:$NAME.$NAMESPACE.svc,DNS:$NAME.$NAMESPACE.svc.cluster.local"
  for more in "$@"; do
    san="$san,$more"
  done
  cat >"$pair/tls.ext" <<EOF
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectAltName=$san
EOF
  {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 \
      -subj "/CN=$NAME.$NAMESPACE.svc" -keyout "$pair/tls.key" -out "$pair/tls.csr" &&
      openssl x509 -req -in "$pair/tls.csr" -CA "$pair/ca.crt" -CAkey "$pair/ca.key" -sha256 \
        -set_serial "0x$(openssl rand -hex 16)" -days "$DAYS" -extfile "$pair/tls.ext" \
        -out "$pair/tls.crt"
  } 2>"$pair/openssl.log" || die "openssl could not make a serving pair: $(cat "$pair/openssl.log")"
  rm -f "$pair/tls.csr" "$pair/tls.ext" "$pair/openssl.log"
}

base64_of() {
  openssl base64 -A -in "$1"
}

# write_secret DIR: DIR/secret.yaml with the serving pair
write_secret() {
  cat >"$1/secret.yaml" <<EOF
apiVersion: v1
kind: Secret
metadata:
  name: $NAME-tls
  namespace: $NAMESPACE
  labels:
    app.kubernetes.io/name: $NAME
type: kubernetes.io/tls
data:
  tls.crt: $(base64_of "$1/tls.crt")
  tls.key: $(base64_of "$1/tls.key")
EOF
}

# write_replicas DIR FILE: DIR/replicas.yaml with the key by which replicas know each other, made
# once, and the CAs in FILE, by which they verify each other's serving pair
write_replicas() {
  [ -e "$1/replicas.key" ] || openssl rand -hex 32 >"$1/replicas.key"
  cat >"$1/replicas.yaml" <<EOF
apiVersion: v1
kind: Secret
metadata:
  name: $NAME-replicas
  namespace: $NAMESPACE
  labels:
    app.kubernetes.io/name: $NAME
type: Opaque
data:
  key: $(base64_of "$1/replicas.key")
  ca.crt: $(base64_of "$2")
EOF
}

# write_bundle DIR FILE: patches for both webhook configurations that make the API server trust
# the CAs in FILE, and the Secret by which replicas do
write_bundle() {
  write_replicas "$1" "$2"
  bundle=$(base64_of "$2")
  write_patch "$1/validating-ca.json" 2
  write_patch "$1/mutating-ca.json" 1
}

# write_patch FILE ENTRIES: a JSON patch that sets caBundle of so many webhook entries
write_patch() {
  entry=0
  separator='['
  : >"$1"
  while [ "$entry" -lt "$2" ]; do
    printf '%s{"op":"add","path":"/webhooks/%s/clientConfig/caBundle","value":"%s"}' \
      "$separator" "$entry" "$bundle" >>"$1"
    separator=','
    entry=$((entry + 1))
  done
  printf ']\n' >>"$1"
}
