package io.corale.node.provider.http;

import io.corale.node.outward.http.Message;
import io.corale.node.provider.Scheme;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's demand for a digest of name and password, and the answer to it (RFC 7616, and RFC 2069
 * where there is no {@code qop}). Pure.
 *
 * @param algorithm as the server calls it
 * @param hash of the JDK
 * @param hasQop whether {@code qop=auth} is offered
 */
record DigestChallenge(
    String realm, String nonce, String opaque, String algorithm, String hash, boolean hasQop) {
  /** More is no challenge. */
  private static final int MAX_CHARS = 4_096;

  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G\\s*,?\\s*([A-Za-z-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");

  /** In the order of preference. */
  private static final List<String> HASHES = List.of("SHA-256", "MD5");

  /** The best of the challenges that can be answered here. */
  static Optional<DigestChallenge> of(List<String> headers) {
    for (String hash : HASHES) {
      for (String header : headers) {
        Optional<DigestChallenge> challenge = read(header).filter(it -> it.hash.equals(hash));
        if (challenge.isPresent()) {
          return challenge;
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<DigestChallenge> read(String header) {
    String text = header.strip();
    if (text.length() > MAX_CHARS || !text.regionMatches(true, 0, "Digest ", 0, 7)) {
      return Optional.empty();
    }
    SortedMap<String, String> parameters = new TreeMap<>();
    Matcher matcher = PARAMETER.matcher(text.substring(7));
    while (matcher.find()) {
      String quoted = matcher.group(2);
      parameters.putIfAbsent(
          matcher.group(1).toLowerCase(Locale.ROOT),
          quoted == null ? matcher.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
    }
    String algorithm = parameters.getOrDefault("algorithm", "MD5");
    String hash =
        algorithm.toUpperCase(Locale.ROOT).endsWith("-SESS")
            ? algorithm.substring(0, algorithm.length() - 5).toUpperCase(Locale.ROOT)
            : algorithm.toUpperCase(Locale.ROOT);
    String qop = parameters.getOrDefault("qop", "");
    boolean hasAuth =
        Arrays.stream(qop.split(",", -1)).anyMatch(each -> each.strip().equalsIgnoreCase("auth"));
    if (!parameters.containsKey("nonce") || !HASHES.contains(hash)) {
      return Optional.empty();
    }
    return qop.isEmpty() || hasAuth
        ? Optional.of(
            new DigestChallenge(
                parameters.getOrDefault("realm", ""),
                parameters.getOrDefault("nonce", ""),
                parameters.getOrDefault("opaque", ""),
                algorithm,
                hash,
                hasAuth))
        : Optional.empty();
  }

  /** The header {@code Authorization} for this message. */
  String answer(Scheme.Login login, Message message, String clientNonce) {
    String secret = hashed(login.username() + ":" + realm + ":" + login.password());
    if (algorithm.toUpperCase(Locale.ROOT).endsWith("-SESS")) {
      secret = hashed(secret + ":" + nonce + ":" + clientNonce);
    }
    String what = hashed(message.method() + ":" + message.path());
    String count = "00000001";
    String response =
        hasQop
            ? hashed(String.join(":", secret, nonce, count, clientNonce, "auth", what))
            : hashed(secret + ":" + nonce + ":" + what);
    StringBuilder header = new StringBuilder("Digest username=").append(quoted(login.username()));
    header.append(", realm=").append(quoted(realm)).append(", nonce=").append(quoted(nonce));
    header.append(", uri=").append(quoted(message.path()));
    header.append(", algorithm=").append(algorithm).append(", response=").append(quoted(response));
    if (!opaque.isEmpty()) {
      header.append(", opaque=").append(quoted(opaque));
    }
    if (hasQop) {
      header.append(", qop=auth, nc=").append(count).append(", cnonce=");
      header.append(quoted(clientNonce));
    }
    return header.toString();
  }

  private String hashed(String text) {
    try {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance(hash).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + hash, e);
    }
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
