#define _GNU_SOURCE
#include "COpenSSL.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

// For packagers (https://uapi-group.org/specifications/specs/elf_dlopen_metadata/): what is loaded at run time, which ldd(1)
// does not show.
#define OPENSSL_NOTE \
  "[{\"feature\":\"tls\",\"description\":\"TLS, and checksums without AF_ALG\",\"priority\":\"recommended\"," \
  "\"soname\":[\"libssl.so.3\",\"libcrypto.so.3\"]}]"

static const struct {
  uint32_t name_size, text_size, type;
  char name[4];
  char text[sizeof(OPENSSL_NOTE)];
} openssl_note __attribute__((used, section(".note.dlopen"), aligned(4))) = {
    4, sizeof(OPENSSL_NOTE), 0x407c0c0a, "FDO", OPENSSL_NOTE};

struct symbol {
  const char *name;
  size_t offset;
};

#define SSL_SYMBOL(name) {#name, offsetof(struct openssl_ssl, name)},
#define CRYPTO_SYMBOL(name) {#name, offsetof(struct openssl_crypto, name)},

static const struct symbol crypto_symbols[] = {OPENSSL_CRYPTO_FUNCTIONS(CRYPTO_SYMBOL)};
static const struct symbol ssl_symbols[] = {OPENSSL_SSL_FUNCTIONS(SSL_SYMBOL)};

static struct openssl_crypto crypto;
static struct openssl_ssl ssl;

static int load(const char *library, const struct symbol *symbols, size_t count, void *table) {
  void *handle = dlopen(library, RTLD_LAZY | RTLD_LOCAL);
  if (!handle) return 0;
  for (size_t index = 0; index < count; index++) {
    void *function = dlsym(handle, symbols[index].name);
    if (!function) {
      dlclose(handle);
      return 0;
    }
    memcpy((char *)table + symbols[index].offset, &function, sizeof function);
  }
  return 1;
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const struct openssl_crypto *openssl_load_crypto(void) {
  static int state;
  if (!state) state = load("libcrypto.so.3", crypto_symbols, COUNT(crypto_symbols), &crypto) ? 1 : -1;
  return state > 0 ? &crypto : NULL;
}

const struct openssl_ssl *openssl_load_ssl(void) {
  static int state;
  if (!state) state = openssl_load_crypto() && load("libssl.so.3", ssl_symbols, COUNT(ssl_symbols), &ssl) ? 1 : -1;
  return state > 0 ? &ssl : NULL;
}

// MARK: A session without a socket

static int wire_read(BIO *bio, char *buffer, int count) {
  struct openssl_wire *wire = crypto.BIO_get_data(bio);
  crypto.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
  if (count <= 0) return 0;
  if (!wire->input_count) {
    crypto.BIO_set_flags(bio, BIO_FLAGS_READ | BIO_FLAGS_SHOULD_RETRY);
    return -1;
  }
  size_t taken = (size_t)count < wire->input_count ? (size_t)count : wire->input_count;
  memcpy(buffer, wire->input, taken);
  wire->input += taken;
  wire->input_count -= taken;
  return (int)taken;
}

static int wire_write(BIO *bio, const char *bytes, int count) {
  struct openssl_wire *wire = crypto.BIO_get_data(bio);
  crypto.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
  if (count <= 0) return 0;
  size_t room = wire->output_capacity - wire->output_count;
  if (!room) {
    crypto.BIO_set_flags(bio, BIO_FLAGS_WRITE | BIO_FLAGS_SHOULD_RETRY);
    return -1;
  }
  size_t taken = (size_t)count < room ? (size_t)count : room;
  memcpy(wire->output + wire->output_count, bytes, taken);
  wire->output_count += taken;
  return (int)taken;
}

static long wire_control(BIO *bio, int command, long number, void *pointer) {
  (void)bio, (void)number, (void)pointer;
  return command == BIO_CTRL_FLUSH;
}

// What reads and writes a wire, for all sessions; NULL if there is no memory for it.
static BIO_METHOD *wire_method(
    int type, const char *name, int (*read)(BIO *, char *, int), int (*write)(BIO *, const char *, int),
    long (*control)(BIO *, int, long, void *)) {
  BIO_METHOD *method = crypto.BIO_meth_new(BIO_TYPE_SOURCE_SINK | type, name);
  if (!method) return NULL;
  crypto.BIO_meth_set_read(method, read);
  crypto.BIO_meth_set_write(method, write);
  crypto.BIO_meth_set_ctrl(method, control);
  return method;
}

// A session that reads and writes a wire.
static SSL *session_over(SSL_CTX *context, BIO_METHOD *method, struct openssl_wire *wire) {
  if (!method) return NULL;
  SSL *session = ssl.SSL_new(context);
  if (!session) return NULL;
  BIO *bio = crypto.BIO_new(method);
  if (!bio) {
    ssl.SSL_free(session);
    return NULL;
  }
  crypto.BIO_set_data(bio, wire);
  crypto.BIO_set_init(bio, 1);
  // Used for both directions, and freed once.
  ssl.SSL_set_bio(session, bio, bio);
  return session;
}

SSL *openssl_session(SSL_CTX *context, struct openssl_wire *wire) {
  static BIO_METHOD *method;
  if (!method) method = wire_method(BIO_TYPE_START, "sock", wire_read, wire_write, wire_control);
  return session_over(context, method, wire);
}

// MARK: A session over datagrams

static int datagram_read(BIO *bio, char *buffer, int count) {
  struct openssl_wire *wire = crypto.BIO_get_data(bio);
  int taken = wire_read(bio, buffer, count);
  // What does not fit is no record.
  wire->input_count = 0;
  return taken;
}

static int datagram_write(BIO *bio, const char *bytes, int count) {
  struct openssl_wire *wire = crypto.BIO_get_data(bio);
  crypto.BIO_clear_flags(bio, BIO_FLAGS_RWS | BIO_FLAGS_SHOULD_RETRY);
  if (count <= 0) return 0;
  if (count > UINT16_MAX || wire->datagram_count == wire->datagram_capacity ||
      wire->output_capacity - wire->output_count < (size_t)count) return count;
  memcpy(wire->output + wire->output_count, bytes, (size_t)count);
  wire->output_count += (size_t)count;
  wire->sizes[wire->datagram_count++] = (uint16_t)count;
  return count;
}

static long datagram_control(BIO *bio, int command, long number, void *pointer) {
  (void)bio, (void)number, (void)pointer;
  switch (command) {
  case BIO_CTRL_FLUSH: return 1;
  // The headers of IPv6 and UDP.
  case BIO_CTRL_DGRAM_GET_MTU_OVERHEAD: return 48;
  default: return 0;
  }
}

SSL *openssl_datagram_session(SSL_CTX *context, struct openssl_wire *wire) {
  static BIO_METHOD *method;
  if (!method) {
    method = wire_method(BIO_TYPE_START + 1, "sock datagrams", datagram_read, datagram_write, datagram_control);
  }
  SSL *session = session_over(context, method, wire);
  if (!session) return NULL;
  // The caller knows the MTU.
  ssl.SSL_set_options(session, SSL_OP_NO_QUERY_MTU);
  return session;
}

static int datagram_version(int version) {
  switch (version) {
  case 0: return 0;
  case TLS1_VERSION:
  case TLS1_1_VERSION: return DTLS1_VERSION;
  default: return DTLS1_2_VERSION;
  }
}

int openssl_set_datagram_versions(SSL_CTX *context, int lowest, int highest) {
  return openssl_set_versions(context, datagram_version(lowest), datagram_version(highest));
}

void openssl_set_mtu(SSL *session, long count) { ssl.SSL_ctrl(session, DTLS_CTRL_SET_LINK_MTU, count, NULL); }

long openssl_timeout(SSL *session) {
  struct timeval left;
  if (ssl.SSL_ctrl(session, DTLS_CTRL_GET_TIMEOUT, 0, &left) != 1) return -1;
  return left.tv_sec * 1000000L + left.tv_usec;
}

int openssl_retransmit(SSL *session) { return (int)ssl.SSL_ctrl(session, DTLS_CTRL_HANDLE_TIMEOUT, 0, NULL); }

struct openssl_wire *openssl_wire_of(SSL *session) { return crypto.BIO_get_data(ssl.SSL_get_rbio(session)); }

int openssl_listen(SSL *session) {
  static BIO_ADDR *nowhere;
  if (!nowhere) nowhere = crypto.BIO_ADDR_new();
  return nowhere && ssl.DTLSv1_listen(session, nowhere) == 1;
}

// MARK: What the headers have as macros only

void openssl_set_defaults(SSL_CTX *context) {
  ssl.SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  // Without SSL_MODE_ENABLE_PARTIAL_WRITE, one call encrypts all that it is given, not one record of it.
  ssl.SSL_CTX_ctrl(
      context, SSL_CTRL_MODE, SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS, NULL);
}

int openssl_set_versions(SSL_CTX *context, int lowest, int highest) {
  return ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, lowest, NULL) == 1 &&
         ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, highest, NULL) == 1;
}

int openssl_set_groups(SSL_CTX *context, const char *list) {
  return (int)ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_GROUPS_LIST, 0, (void *)list);
}

int openssl_set_server_name(SSL *session, const char *name) {
  return (int)ssl.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, (void *)name);
}

const char *openssl_group_name(SSL *session) {
  int group = (int)ssl.SSL_ctrl(session, SSL_CTRL_GET_NEGOTIATED_GROUP, 0, NULL);
  return group > 0 ? ssl.SSL_group_to_name(session, group) : NULL;
}

int openssl_print_name(BIO *bio, const X509_NAME *name) {
  return crypto.X509_NAME_print_ex(bio, name, 0, XN_FLAG_SEP_COMMA_PLUS | (ASN1_STRFLGS_RFC2253 & ~ASN1_STRFLGS_ESC_MSB));
}

long openssl_memory(BIO *bio, char **text) { return crypto.BIO_ctrl(bio, BIO_CTRL_INFO, 0, text); }

EVP_PKEY *openssl_make_key(void) { return crypto.EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256"); }

void openssl_free(void *memory) { crypto.CRYPTO_free(memory, __FILE__, __LINE__); }

/// The store into which the bundle has been read.
static X509_STORE *complete;

static int find_issuer(X509 **issuer, X509_STORE_CTX *check, X509 *certificate) {
  int found = crypto.X509_STORE_CTX_get1_issuer(issuer, check, certificate);
  X509_STORE *store = crypto.X509_STORE_CTX_get0_store(check);
  if (found || complete == store) return found;
  complete = store;
  const char *chosen = secure_getenv("SSL_CERT_FILE");
  crypto.X509_STORE_load_file(store, chosen ? chosen : crypto.X509_get_default_cert_file());
  // A bundle that is missing is no error here.
  crypto.ERR_clear_error();
  return crypto.X509_STORE_CTX_get1_issuer(issuer, check, certificate);
}

void openssl_trust_system(SSL_CTX *context) {
  complete = NULL;
  ssl.SSL_CTX_set_default_verify_dir(context);
  crypto.X509_STORE_set_get_issuer(ssl.SSL_CTX_get_cert_store(context), find_issuer);
}

void openssl_set_session_cache(SSL_CTX *context, long mode) {
  ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_SESS_CACHE_MODE, mode, NULL);
}

void openssl_ask_status(SSL_CTX *context) {
  ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, TLSEXT_STATUSTYPE_ocsp, NULL);
}

void openssl_set_status_callback(SSL_CTX *context, int (*callback)(SSL *, void *), void *data) {
  ssl.SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB, (void (*)(void))callback);
  ssl.SSL_CTX_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, data);
}

long openssl_status(SSL *session, const unsigned char **bytes) {
  return ssl.SSL_ctrl(session, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, bytes);
}

int openssl_set_status(SSL *session, const unsigned char *bytes, size_t count) {
  // OpenSSL frees it.
  void *copy = crypto.CRYPTO_malloc(count, __FILE__, __LINE__);
  if (!copy) return 0;
  memcpy(copy, bytes, count);
  return (int)ssl.SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, (long)count, copy);
}

int openssl_name_count(const GENERAL_NAMES *names) { return crypto.OPENSSL_sk_num((const OPENSSL_STACK *)names); }

const unsigned char *openssl_name(const GENERAL_NAMES *names, int index, int *type, size_t *count) {
  const GENERAL_NAME *name = crypto.OPENSSL_sk_value((const OPENSSL_STACK *)names, index);
  *type = name->type;
  if (name->type != GEN_DNS && name->type != GEN_IPADD && name->type != GEN_EMAIL && name->type != GEN_URI) return NULL;
  // All four are strings of bytes.
  *count = (size_t)crypto.ASN1_STRING_length(name->d.ia5);
  return crypto.ASN1_STRING_get0_data(name->d.ia5);
}

static int choose_protocol(
    SSL *session, const unsigned char **chosen, unsigned char *chosen_count, const unsigned char *offered,
    unsigned int offered_count, void *ours) {
  (void)session;
  const struct openssl_protocols *protocols = ours;
  int found = ssl.SSL_select_next_proto(
      (unsigned char **)chosen, chosen_count, protocols->list, protocols->count, offered, offered_count);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void openssl_choose_protocol(SSL_CTX *context, struct openssl_protocols *protocols) {
  ssl.SSL_CTX_set_alpn_select_cb(context, choose_protocol, protocols);
}
