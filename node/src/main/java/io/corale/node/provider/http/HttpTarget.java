package io.corale.node.provider.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * Where and how a function is called: the account's {@code url} with the implementation's {@code
 * path}, by its {@code method}.
 *
 * @param path with its query, beginning with a slash
 */
record HttpTarget(String host, int port, String path, String method) {
  private static final Set<String> ACCOUNT_SETTINGS = new TreeSet<>(List.of("url"));
  private static final Set<String> TARGET_SETTINGS = new TreeSet<>(List.of("method", "path"));
  private static final Set<String> METHODS = new TreeSet<>(List.of("PATCH", "POST", "PUT"));
  private static final int HTTP_PORT = 80;

  /** The target, or what is wrong with it. */
  sealed interface Reading {
    /** It can be called. */
    record Good(HttpTarget target) implements Reading {}

    /** It cannot. */
    record Bad(String why) implements Reading {}
  }

  /** What is wrong with an account's settings. */
  static List<String> faults(SortedMap<String, String> account) {
    List<String> faults = new ArrayList<>();
    for (String key : account.keySet()) {
      if (!ACCOUNT_SETTINGS.contains(key)) {
        faults.add(
            "setting '" + key + "' is not known to provider http; expected " + ACCOUNT_SETTINGS);
      }
    }
    urlFault(account.get("url")).ifPresent(faults::add);
    return faults;
  }

  private static Optional<String> urlFault(@org.jspecify.annotations.Nullable String url) {
    if (url == null) {
      return Optional.of(
          "setting 'url' is missing; expected such as http://functions.example:8080");
    }
    try {
      URI uri = new URI(url);
      if (!"http".equals(uri.getScheme())) {
        return Optional.of(
            "setting 'url' must begin with http:// (https comes with TLS), was '" + url + "'");
      }
      if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null) {
        return Optional.of(
            "setting 'url' must be http://host[:port][/path] without user or query, was '"
                + url
                + "'");
      }
      return Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.of("setting 'url' is no URL: " + e.getMessage());
    }
  }

  static Reading read(SortedMap<String, String> account, SortedMap<String, String> target) {
    List<String> faults = faults(account);
    if (!faults.isEmpty()) {
      return new Reading.Bad(String.join("; ", faults));
    }
    for (String key : target.keySet()) {
      if (!TARGET_SETTINGS.contains(key)) {
        return new Reading.Bad(
            "setting '" + key + "' is not known to provider http; expected " + TARGET_SETTINGS);
      }
    }
    String method = target.getOrDefault("method", "POST");
    if (!METHODS.contains(method)) {
      return new Reading.Bad(
          "setting 'method' must be one of " + METHODS + ", was '" + method + "'");
    }
    String url = account.getOrDefault("url", "");
    String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    String path = target.getOrDefault("path", "");
    try {
      URI whole = new URI(base + (path.isEmpty() || path.startsWith("/") ? path : "/" + path));
      String raw = whole.getRawPath().isEmpty() ? "/" : whole.getRawPath();
      return new Reading.Good(
          new HttpTarget(
              whole.getHost(),
              whole.getPort() < 0 ? HTTP_PORT : whole.getPort(),
              whole.getRawQuery() == null ? raw : raw + "?" + whole.getRawQuery(),
              method));
    } catch (URISyntaxException e) {
      return new Reading.Bad("setting 'path' is no path: " + e.getMessage());
    }
  }
}
