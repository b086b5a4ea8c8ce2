package io.corale.flow;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The addresses of external resources: on the web, or files as seen from the composition. */
final class Addresses {
  /** As a key of a document, which the address of a function becomes. */
  static final int MAX_CHARS = SourceReader.MAX_KEY_CHARS;

  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):.*");
  private static final Pattern WEB = Pattern.compile("(https?://[^/?]+)(/[^?]*)?(\\?.*)?");

  private Addresses() {}

  /** What is wrong with an address; empty where it may be fetched. */
  static Optional<String> fault(String address) {
    if (address.isEmpty() || address.length() > MAX_CHARS) {
      return Optional.of("is empty or longer than " + MAX_CHARS + " characters");
    }
    if (address.indexOf('{') >= 0) {
      return Optional.of("must be constant, it is fetched when the composition is published");
    }
    if (address.chars().anyMatch(each -> each <= ' ' || each == 0x7f || each == '#')) {
      return Optional.of("has a space, a control character or a '#'");
    }
    Matcher scheme = SCHEME.matcher(address);
    if (!scheme.matches() || scheme.group(1).equals("file")) {
      return Optional.empty();
    }
    Matcher web = WEB.matcher(address);
    if (!web.matches()) {
      return Optional.of("must begin with http://, https:// or file:, or be the path of a file");
    }
    return web.group(1).indexOf('@') < 0
        ? Optional.empty()
        : Optional.of("has a user or a password, which would be published");
  }

  /** Whether this is the address of a document on the web. */
  static boolean isOnTheWeb(String address) {
    return WEB.matcher(address).matches();
  }

  /** An address as it is meant in the resource at another one. */
  static String resolved(String base, String address) {
    if (SCHEME.matcher(address).matches()) {
      return address;
    }
    Matcher web = WEB.matcher(base);
    String root = web.matches() ? web.group(1) : "";
    if (address.startsWith("/")) {
      return root + address;
    }
    String path = web.matches() ? Optional.ofNullable(web.group(2)).orElse("/") : base;
    return root + path.substring(0, path.lastIndexOf('/') + 1) + address;
  }
}
