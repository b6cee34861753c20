/* OpenSSL's functions, found at first use: a run without TLS and checksums neither loads the library nor needs it.
 *
 * Each function stands once, in one of the two lists below. Its pointer gets its type from OpenSSL's own headers, and the
 * table that dlsym(3) fills is made from the same list, so no prototype is typed by hand. What the headers offer only as a
 * macro is a function of this target, with the prefix openssl_. */
#ifndef COPENSSL_H
#define COPENSSL_H

// Swift must find glibc's declarations in Glibc and nowhere else: see CSocketShims.h.
#if defined(__swift__)
#pragma clang module import SwiftGlibc
#endif

#include <stddef.h>
#include <stdint.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/proverr.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

/// What is used of libcrypto.
#define OPENSSL_CRYPTO_FUNCTIONS(X) \
  X(ASN1_INTEGER_cmp) \
  X(ASN1_INTEGER_set_uint64) \
  X(ASN1_STRING_get0_data) \
  X(ASN1_STRING_length) \
  X(ASN1_STRING_to_UTF8) \
  X(ASN1_TIME_to_tm) \
  X(BIO_ADDR_new) \
  X(BIO_clear_flags) \
  X(BIO_ctrl) \
  X(BIO_free) \
  X(BIO_get_data) \
  X(BIO_meth_new) \
  X(BIO_meth_set_ctrl) \
  X(BIO_meth_set_read) \
  X(BIO_meth_set_write) \
  X(BIO_new) \
  X(BIO_new_file) \
  X(BIO_new_mem_buf) \
  X(BIO_s_mem) \
  X(BIO_set_data) \
  X(BIO_set_flags) \
  X(BIO_set_init) \
  X(CRYPTO_free) \
  X(CRYPTO_malloc) \
  X(ERR_clear_error) \
  X(ERR_get_error) \
  X(ERR_reason_error_string) \
  X(EVP_DigestFinal_ex) \
  X(EVP_DigestInit_ex) \
  X(EVP_DigestUpdate) \
  X(EVP_EncodeBlock) \
  X(EVP_MD_CTX_copy_ex) \
  X(EVP_MD_CTX_free) \
  X(EVP_MD_CTX_new) \
  X(EVP_PKEY_Q_keygen) \
  X(EVP_PKEY_free) \
  X(EVP_PKEY_get_base_id) \
  X(EVP_Q_mac) \
  X(EVP_get_digestbyname) \
  X(EVP_sha1) \
  X(EVP_sha256) \
  X(GENERAL_NAMES_free) \
  X(OCSP_BASICRESP_free) \
  X(OCSP_CERTID_free) \
  X(OCSP_RESPONSE_free) \
  X(OCSP_SINGLERESP_get0_id) \
  X(OCSP_basic_verify) \
  X(OCSP_cert_to_id) \
  X(OCSP_check_validity) \
  X(OCSP_crl_reason_str) \
  X(OCSP_id_get0_info) \
  X(OCSP_resp_count) \
  X(OCSP_resp_find_status) \
  X(OCSP_resp_get0) \
  X(OCSP_response_get1_basic) \
  X(OCSP_response_status) \
  X(OPENSSL_hexstr2buf) \
  X(OPENSSL_sk_free) \
  X(OPENSSL_sk_new_null) \
  X(OPENSSL_sk_num) \
  X(OPENSSL_sk_push) \
  X(OPENSSL_sk_value) \
  X(PEM_read_bio_PrivateKey) \
  X(PEM_read_bio_X509) \
  X(PEM_read_bio_X509_AUX) \
  X(PEM_write_bio_X509) \
  X(X509V3_EXT_conf_nid) \
  X(X509_CRL_get0_lastUpdate) \
  X(X509_CRL_get0_nextUpdate) \
  X(X509_CRL_get_issuer) \
  X(X509_EXTENSION_free) \
  X(X509_LOOKUP_file) \
  X(X509_NAME_ENTRY_get_data) \
  X(X509_NAME_add_entry_by_txt) \
  X(X509_NAME_get_entry) \
  X(X509_NAME_get_index_by_NID) \
  X(X509_NAME_print_ex) \
  X(X509_STORE_CTX_get0_cert) \
  X(X509_STORE_CTX_get0_chain) \
  X(X509_STORE_CTX_get0_current_crl) \
  X(X509_STORE_CTX_get0_store) \
  X(X509_STORE_CTX_get1_issuer) \
  X(X509_STORE_CTX_get_current_cert) \
  X(X509_STORE_CTX_get_error) \
  X(X509_STORE_CTX_get_error_depth) \
  X(X509_STORE_CTX_get_ex_data) \
  X(X509_STORE_CTX_set_error) \
  X(X509_STORE_add_lookup) \
  X(X509_STORE_load_file) \
  X(X509_STORE_set_flags) \
  X(X509_STORE_set_get_issuer) \
  X(X509_VERIFY_PARAM_set1_ip_asc) \
  X(X509_VERIFY_PARAM_set_flags) \
  X(X509_add_ext) \
  X(X509_check_host) \
  X(X509_check_private_key) \
  X(X509_free) \
  X(X509_get0_notAfter) \
  X(X509_get0_notBefore) \
  X(X509_get_X509_PUBKEY) \
  X(X509_get_default_cert_dir) \
  X(X509_get_default_cert_file) \
  X(X509_get_ext_d2i) \
  X(X509_get_issuer_name) \
  X(X509_get_serialNumber) \
  X(X509_get_subject_name) \
  X(X509_getm_notAfter) \
  X(X509_getm_notBefore) \
  X(X509_gmtime_adj) \
  X(X509_load_crl_file) \
  X(X509_new) \
  X(X509_set_issuer_name) \
  X(X509_set_pubkey) \
  X(X509_set_version) \
  X(X509_sign) \
  X(X509_up_ref) \
  X(X509_verify_cert_error_string) \
  X(d2i_OCSP_RESPONSE) \
  X(i2d_X509_PUBKEY)

/// What is used of libssl.
#define OPENSSL_SSL_FUNCTIONS(X) \
  X(DTLS_method) \
  X(DTLSv1_listen) \
  X(PEM_read_bio_SSL_SESSION) \
  X(PEM_write_bio_SSL_SESSION) \
  X(SSL_CIPHER_get_name) \
  X(SSL_CTX_callback_ctrl) \
  X(SSL_CTX_ctrl) \
  X(SSL_CTX_free) \
  X(SSL_CTX_get_cert_store) \
  X(SSL_CTX_get_ex_data) \
  X(SSL_CTX_load_verify_dir) \
  X(SSL_CTX_load_verify_file) \
  X(SSL_CTX_new) \
  X(SSL_CTX_sess_set_new_cb) \
  X(SSL_CTX_set_alpn_protos) \
  X(SSL_CTX_set_alpn_select_cb) \
  X(SSL_CTX_set_cert_cb) \
  X(SSL_CTX_set_cipher_list) \
  X(SSL_CTX_set_ciphersuites) \
  X(SSL_CTX_set_client_CA_list) \
  X(SSL_CTX_set_cookie_generate_cb) \
  X(SSL_CTX_set_cookie_verify_cb) \
  X(SSL_CTX_set_default_verify_dir) \
  X(SSL_CTX_set_ex_data) \
  X(SSL_CTX_set_keylog_callback) \
  X(SSL_CTX_set_max_early_data) \
  X(SSL_CTX_set_options) \
  X(SSL_CTX_set_psk_client_callback) \
  X(SSL_CTX_set_psk_server_callback) \
  X(SSL_CTX_set_recv_max_early_data) \
  X(SSL_CTX_set_session_id_context) \
  X(SSL_CTX_set_verify) \
  X(SSL_CTX_use_cert_and_key) \
  X(SSL_SESSION_free) \
  X(SSL_SESSION_get0_cipher) \
  X(SSL_SESSION_get0_peer) \
  X(SSL_SESSION_get_max_early_data) \
  X(SSL_SESSION_is_resumable) \
  X(SSL_certs_clear) \
  X(SSL_ctrl) \
  X(SSL_do_handshake) \
  X(SSL_free) \
  X(SSL_get0_alpn_selected) \
  X(SSL_get0_param) \
  X(SSL_get0_peer_certificate) \
  X(SSL_get0_verified_chain) \
  X(SSL_get_SSL_CTX) \
  X(SSL_get_certificate) \
  X(SSL_get_current_cipher) \
  X(SSL_get_early_data_status) \
  X(SSL_get_error) \
  X(SSL_get_ex_data) \
  X(SSL_get_ex_data_X509_STORE_CTX_idx) \
  X(SSL_get_peer_cert_chain) \
  X(SSL_get_psk_identity) \
  X(SSL_get_servername) \
  X(SSL_get_shutdown) \
  X(SSL_get_rbio) \
  X(SSL_get_verify_result) \
  X(SSL_get_version) \
  X(SSL_group_to_name) \
  X(SSL_load_client_CA_file) \
  X(SSL_new) \
  X(SSL_pending) \
  X(SSL_read_early_data) \
  X(SSL_read_ex) \
  X(SSL_select_next_proto) \
  X(SSL_session_reused) \
  X(SSL_set1_host) \
  X(SSL_set_accept_state) \
  X(SSL_set_bio) \
  X(SSL_set_connect_state) \
  X(SSL_set_ex_data) \
  X(SSL_set_hostflags) \
  X(SSL_set_session) \
  X(SSL_set_options) \
  X(SSL_shutdown) \
  X(SSL_use_cert_and_key) \
  X(SSL_write_early_data) \
  X(SSL_write_ex) \
  X(TLS_method)

#define OPENSSL_FIELD(name) __typeof__(&name) _Nonnull name;

/// libcrypto's functions, by their own names.
struct openssl_crypto { OPENSSL_CRYPTO_FUNCTIONS(OPENSSL_FIELD) };

/// libssl's functions, by their own names.
struct openssl_ssl { OPENSSL_SSL_FUNCTIONS(OPENSSL_FIELD) };

/// Loads libcrypto, once; NULL if it is missing or lacks a function.
const struct openssl_crypto *_Nullable openssl_load_crypto(void);

/// Loads libcrypto and libssl, once; NULL if either is missing or lacks a function.
const struct openssl_ssl *_Nullable openssl_load_ssl(void);

// MARK: A session without a socket

/// Where a session's bytes come from and go to: memory of the caller's, so that the caller makes the system calls.
struct openssl_wire {
  /// What was received and the session has not taken yet.
  const unsigned char *_Nullable input;
  size_t input_count;
  /// Where the session puts what is to be sent.
  unsigned char *_Nullable output;
  size_t output_count;
  size_t output_capacity;
  /// Over datagrams: how long each datagram of the output is, and how many there are. What there is no room for is lost,
  /// as on any network.
  uint16_t *_Nullable sizes;
  size_t datagram_count;
  size_t datagram_capacity;
  /// Over datagrams: the peer's address, which a cookie is made of.
  unsigned char peer[32];
  size_t peer_count;
};

/// A new session that uses this memory; NULL if memory is short. The wire must outlive it.
SSL *_Nullable openssl_session(SSL_CTX *_Nonnull context, struct openssl_wire *_Nonnull wire);

// MARK: A session over datagrams

/// The same for DTLS: each read takes one datagram, and each write makes one.
SSL *_Nullable openssl_datagram_session(SSL_CTX *_Nonnull context, struct openssl_wire *_Nonnull wire);
/// The versions by their numbers for TLS, as DTLS has them. Returns 1 on success.
int openssl_set_datagram_versions(SSL_CTX *_Nonnull context, int lowest, int highest);
/// Sets how many bytes a packet of the handshake may have, with the headers of IP and UDP.
void openssl_set_mtu(SSL *_Nonnull session, long count);
/// How many microseconds are left until the handshake sends its last flight again; negative if it does not wait.
long openssl_timeout(SSL *_Nonnull session);
/// Sends the last flight again, if it is time to. Negative: the session gives up.
int openssl_retransmit(SSL *_Nonnull session);
/// The wire of a session.
struct openssl_wire *_Nonnull openssl_wire_of(SSL *_Nonnull session);
/// Answers a client's first message with a cookie, or accepts one that has it: 1; 0 for anything else.
int openssl_listen(SSL *_Nonnull session);

// MARK: What the headers have as macros only

/// The options and modes of every context here: no renegotiation, no compression, small idle sessions.
void openssl_set_defaults(SSL_CTX *_Nonnull context);
/// Sets the lowest and the highest version; 0 leaves one to the library. Returns 1 on success.
int openssl_set_versions(SSL_CTX *_Nonnull context, int lowest, int highest);
int openssl_set_groups(SSL_CTX *_Nonnull context, const char *_Nonnull list);
int openssl_set_server_name(SSL *_Nonnull session, const char *_Nonnull name);
/// The name of the group of the key exchange, such as x25519; NULL if there was none.
const char *_Nullable openssl_group_name(SSL *_Nonnull session);
/// Prints a name as RFC 2253 does, but in the order of the certificate, and with letters of all languages. Returns a
/// positive number on success.
int openssl_print_name(BIO *_Nonnull bio, const X509_NAME *_Nullable name);
/// The text that was written to a memory BIO.
long openssl_memory(BIO *_Nonnull bio, char *_Nullable *_Nonnull text);
/// A new key on the curve P-256.
EVP_PKEY *_Nullable openssl_make_key(void);
void openssl_free(void *_Nullable memory);
/// Trusts the system's authorities. They are looked up in its hashed directory, which costs nothing to set up; its bundle,
/// which takes 20 ms to read, is read only for one that is not there.
void openssl_trust_system(SSL_CTX *_Nonnull context);
/// Whether the sessions of clients, or of servers, are kept: SSL_SESS_CACHE_CLIENT and so on.
void openssl_set_session_cache(SSL_CTX *_Nonnull context, long mode);
/// Makes clients ask for an answer of OCSP with the server's certificate.
void openssl_ask_status(SSL_CTX *_Nonnull context);
/// Has a function called with the answer of OCSP, or on a server when a client asks for one.
void openssl_set_status_callback(
    SSL_CTX *_Nonnull context, int (*_Nonnull callback)(SSL *_Nullable session, void *_Nullable data), void *_Nullable data);
/// The answer of OCSP that came with a server's certificate; -1 if none came.
long openssl_status(SSL *_Nonnull session, const unsigned char *_Nullable *_Nonnull bytes);
/// Gives a server's session a copy of the answer to send.
int openssl_set_status(SSL *_Nonnull session, const unsigned char *_Nonnull bytes, size_t count);
/// How many names there are.
int openssl_name_count(const GENERAL_NAMES *_Nonnull names);
/// The bytes of a name and its type (GEN_DNS, GEN_IPADD …); NULL if it is of another type than those two, GEN_EMAIL
/// and GEN_URI.
const unsigned char *_Nullable openssl_name(
    const GENERAL_NAMES *_Nonnull names, int index, int *_Nonnull type, size_t *_Nonnull count);
/// Application protocols, each with its length in front.
struct openssl_protocols {
  const unsigned char *_Nonnull list;
  unsigned int count;
};
/// Makes a server choose among its protocols, in its own order. They must live as long as the context.
void openssl_choose_protocol(SSL_CTX *_Nonnull context, struct openssl_protocols *_Nonnull protocols);

#endif
