/*
 * Reports where a client is, over and over, to the first of several servers that answers: for small devices.
 *
 *   cc -std=c99 -O2 -o tracker tracker.c
 *   echo '34.068930 -118.445127' | ./tracker kiwi 127.0.0.1 11645 127.0.0.1 11646
 *
 * Plain C99 and POSIX sockets, which the lwIP of an ESP32 has as well; it allocates no memory, and all buffers are
 * bounded. On a device take `struct herd` and `herd_report`, and give it the fixes of the GPS in place of `main`.
 *
 * Servers are HOST PORT, their client ports. Where access is on, the token is read from the variable PROXY_HERD_TOKEN.
 * There is no TLS here: on an ESP32, put esp_tls in the place of `connect`, `send` and `recv`.
 *
 * Each reply is printed. While no server answers, only the newest fix is kept: the herd wants no other. The exit
 * status is 0 once the last report is confirmed, 1 where one was refused, 2 for a usage error.
 */
#define _POSIX_C_SOURCE 200809L
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum {
  MAX_SERVERS = 8,
  MAX_CLIENT_BYTES = 64,
  LINE_BYTES = 256,      /* a report and its reply, with room to spare */
  DEADLINE_S = 5,        /* a server that says nothing for so long is given up */
  FIRST_WAIT_MS = 100,   /* before the next server is tried: doubled each time ... */
  LONGEST_WAIT_MS = 5000 /* ... up to this */
};

struct server {
  const char *host;
  const char *port;
};

/* A position in 1e-7 degree, as GPS receivers give it, and when it was true. */
struct fix {
  int32_t latitude_e7;
  int32_t longitude_e7;
  struct timespec time;
};

struct herd {
  const char *client;
  const char *token; /* NULL where access is off */
  struct server servers[MAX_SERVERS];
  int server_count;
  int current;    /* the server that is talked to, or tried next */
  int socket;     /* -1 where there is no connection */
  int wait_ms;    /* before the next server is tried */
  char line[LINE_BYTES]; /* the command, then the reply to it */
};

enum outcome { CONFIRMED, REFUSED, LOST };

/* The connection is of no use any more: the next server is tried, after a wait. */
static enum outcome lose(struct herd *herd) {
  if (herd->socket >= 0) close(herd->socket);
  herd->socket = -1;
  herd->current = (herd->current + 1) % herd->server_count;
  herd->wait_ms = herd->wait_ms * 2 > LONGEST_WAIT_MS ? LONGEST_WAIT_MS : herd->wait_ms * 2;
  return LOST;
}

static int connect_to(const struct server *server) {
  const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
  const struct timeval deadline = {.tv_sec = DEADLINE_S};
  const int on = 1;
  struct addrinfo *found = NULL;
  if (getaddrinfo(server->host, server->port, &hints, &found) != 0) return -1;
  int connected = -1;
  for (const struct addrinfo *each = found; each != NULL && connected < 0; each = each->ai_next) {
    const int candidate = socket(each->ai_family, each->ai_socktype, each->ai_protocol);
    if (candidate < 0) continue;
    setsockopt(candidate, SOL_SOCKET, SO_SNDTIMEO, &deadline, sizeof deadline); /* of connecting, too */
    setsockopt(candidate, SOL_SOCKET, SO_RCVTIMEO, &deadline, sizeof deadline);
    setsockopt(candidate, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(candidate, each->ai_addr, each->ai_addrlen) == 0) connected = candidate;
    else close(candidate);
  }
  freeaddrinfo(found);
  return connected;
}

/* Sends `length` bytes of herd->line, and reads the reply into their place, without its LF. False where none comes. */
static int ask(struct herd *herd, size_t length) {
  for (size_t sent = 0; sent < length;) {
    const ssize_t count = send(herd->socket, herd->line + sent, length - sent, MSG_NOSIGNAL);
    if (count <= 0) return 0;
    sent += (size_t)count;
  }
  /* One command is on its way at a time, so nothing follows its reply. */
  for (size_t received = 0; received < sizeof herd->line;) {
    const ssize_t count = recv(herd->socket, herd->line + received, sizeof herd->line - received, 0);
    if (count <= 0) return 0;
    char *end = memchr(herd->line + received, '\n', (size_t)count);
    received += (size_t)count;
    if (end == NULL) continue;
    *end = '\0';
    return 1;
  }
  return 0;
}

static enum outcome connect_and_authenticate(struct herd *herd) {
  herd->socket = connect_to(&herd->servers[herd->current]);
  if (herd->socket < 0) return lose(herd);
  if (herd->token == NULL) return CONFIRMED;
  const int length = snprintf(herd->line, sizeof herd->line, "AUTH %s\n", herd->token);
  if (length < 0 || (size_t)length >= sizeof herd->line || !ask(herd, (size_t)length)) return lose(herd);
  if (strncmp(herd->line, "AUTH ", 5) == 0) return CONFIRMED;
  lose(herd);
  return REFUSED;
}

/*
 * Reports a fix, and leaves the reply in herd->line. After LOST wait herd->wait_ms, then call it again, with a newer
 * fix if there is one.
 */
static enum outcome herd_report(struct herd *herd, const struct fix *fix) {
  if (herd->socket < 0) {
    const enum outcome connected = connect_and_authenticate(herd);
    if (connected != CONFIRMED) return connected;
  }
  const long latitude = labs((long)fix->latitude_e7), longitude = labs((long)fix->longitude_e7);
  const int length = snprintf(herd->line, sizeof herd->line, "IAMAT %s %c%02ld.%07ld%c%03ld.%07ld %lld.%09ld\n",
                              herd->client, fix->latitude_e7 < 0 ? '-' : '+', latitude / 10000000,
                              latitude % 10000000, fix->longitude_e7 < 0 ? '-' : '+', longitude / 10000000,
                              longitude % 10000000, (long long)fix->time.tv_sec, fix->time.tv_nsec);
  if (length < 0 || (size_t)length >= sizeof herd->line || !ask(herd, (size_t)length)) return lose(herd);
  herd->wait_ms = FIRST_WAIT_MS / 2; /* `lose` doubles it */
  return strncmp(herd->line, "AT ", 3) == 0 ? CONFIRMED : REFUSED;
}

/* What follows stands in for a device: fixes are lines of standard input. */

struct input {
  char bytes[LINE_BYTES];
  size_t length;
  int has_ended;
};

/* Waits for more input, wait_ms at most, or for ever where that is -1. True once there is a whole line. */
static int has_line(struct input *input, int wait_ms) {
  struct pollfd standard_input = {.fd = input->has_ended ? -1 : STDIN_FILENO, .events = POLLIN};
  if (memchr(input->bytes, '\n', input->length) != NULL) return 1;
  if (poll(&standard_input, 1, wait_ms) <= 0) return 0;
  if (input->length == sizeof input->bytes) input->length = 0; /* a line without end is of no use */
  const ssize_t count = read(STDIN_FILENO, input->bytes + input->length, sizeof input->bytes - input->length);
  if (count <= 0) input->has_ended = 1;
  else input->length += (size_t)count;
  return memchr(input->bytes, '\n', input->length) != NULL;
}

/* Reads the next line, which there is, as a fix of now. */
static int take_fix(struct input *input, struct fix *fix) {
  char *end = memchr(input->bytes, '\n', input->length);
  *end = '\0';
  double latitude = 0, longitude = 0;
  const int fields = sscanf(input->bytes, "%lf %lf", &latitude, &longitude);
  const size_t taken = (size_t)(end + 1 - input->bytes);
  memmove(input->bytes, end + 1, input->length -= taken);
  if (fields != 2 || !(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180)) return 0;
  fix->latitude_e7 = (int32_t)(latitude * 1e7 + (latitude < 0 ? -0.5 : 0.5));
  fix->longitude_e7 = (int32_t)(longitude * 1e7 + (longitude < 0 ? -0.5 : 0.5));
  clock_gettime(CLOCK_REALTIME, &fix->time);
  return 1;
}

int main(int argc, char **argv) {
  static struct herd herd = {.socket = -1, .wait_ms = FIRST_WAIT_MS / 2};
  static struct input input;
  struct fix fix;
  int has_fix = 0, is_refused = 0;
  if (argc < 4 || argc % 2 != 0 || argc > 2 + 2 * MAX_SERVERS || strlen(argv[1]) > MAX_CLIENT_BYTES) {
    fprintf(stderr, "usage: tracker CLIENT HOST PORT [HOST PORT ...]\n");
    return 2;
  }
  herd.client = argv[1];
  herd.token = getenv("PROXY_HERD_TOKEN");
  for (int i = 2; i < argc; i += 2) herd.servers[herd.server_count++] = (struct server){argv[i], argv[i + 1]};
  while (has_fix || !input.has_ended || has_line(&input, 0)) {
    /* A newer fix takes the place of one that could not be sent. */
    if (has_line(&input, has_fix ? herd.wait_ms : -1)) {
      if (take_fix(&input, &fix)) has_fix = 1;
      else fprintf(stderr, "expected latitude and longitude in degrees\n");
    }
    if (!has_fix) continue;
    const enum outcome outcome = herd_report(&herd, &fix);
    if (outcome == LOST) continue;
    has_fix = 0;
    if (outcome == REFUSED) is_refused = 1;
    printf("%s\n", herd.line);
    fflush(stdout);
  }
  return is_refused;
}
