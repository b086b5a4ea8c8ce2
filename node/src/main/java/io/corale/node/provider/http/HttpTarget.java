package io.corale.node.provider.http;

import io.corale.model.Account;
import io.corale.model.Payload;
import io.corale.model.SecretName;
import io.corale.node.outward.http.Message;
import io.corale.node.outward.http.Origin;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
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
record HttpTarget(Origin origin, String path, String method) {
  private static final Set<String> ACCOUNT_SETTINGS =
      new TreeSet<>(List.of(Account.LIMITS, Account.LIMITS_SECRET, "url"));
  private static final Set<String> TARGET_SETTINGS = new TreeSet<>(List.of("method", "path"));
  private static final int MAX_PORT = 65_535;
  private static final Set<String> METHODS = new TreeSet<>(List.of("PATCH", "POST", "PUT"));

  /** The target, or what is wrong with it. */
  sealed interface Reading {
    /** It can be called. */
    record Good(HttpTarget target) implements Reading {}

    /** It cannot. */
    record Bad(String why) implements Reading {}
  }

  /** What is wrong with an account's settings; one for requests alone needs none. */
  static List<String> faults(SortedMap<String, String> account) {
    List<String> faults = new ArrayList<>();
    for (String key : account.keySet()) {
      if (!ACCOUNT_SETTINGS.contains(key)) {
        faults.add(
            "setting '" + key + "' is not known to provider http; expected " + ACCOUNT_SETTINGS);
      }
    }
    if (account.containsKey("url")) {
      urlFault("url", account.getOrDefault("url", ""), false).ifPresent(faults::add);
    }
    if (account.containsKey(Account.LIMITS)) {
      urlFault(Account.LIMITS, account.getOrDefault(Account.LIMITS, ""), true)
          .ifPresent(faults::add);
    }
    if (account.containsKey(Account.LIMITS_SECRET)) {
      secretFault(account).ifPresent(faults::add);
    }
    return faults;
  }

  private static Optional<String> urlFault(String setting, String url, boolean isAsked) {
    try {
      URI uri = new URI(url);
      boolean isPlain =
          Origin.isSpoken(uri)
              && uri.getHost() != null
              && (!isAsked || uri.getPort() <= MAX_PORT)
              && uri.getRawUserInfo() == null
              && (!isAsked || uri.getRawFragment() == null)
              && (isAsked || uri.getRawQuery() == null);
      return isPlain
          ? Optional.empty()
          : Optional.of(
              "setting '"
                  + setting
                  + "' must be http(s)://host[:port][/path]"
                  + (isAsked ? "[?query] without user or fragment" : " without user or query")
                  + ", was '"
                  + url
                  + "'");
    } catch (URISyntaxException e) {
      return Optional.of("setting '" + setting + "' is no URL: " + e.getMessage());
    }
  }

  private static Optional<String> secretFault(SortedMap<String, String> account) {
    if (!account.containsKey(Account.LIMITS)) {
      return Optional.of(
          "setting '" + Account.LIMITS_SECRET + "' is of no use without '" + Account.LIMITS + "'");
    }
    try {
      var unused = new SecretName(account.getOrDefault(Account.LIMITS_SECRET, ""));
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of("setting '" + Account.LIMITS_SECRET + "': " + e.getMessage());
    }
  }

  /** The message that asks what the account may use; empty where its settings do not say where. */
  static Optional<Message> asking(SortedMap<String, String> account) {
    if (!account.containsKey(Account.LIMITS) || !faults(account).isEmpty()) {
      return Optional.empty();
    }
    URI uri = URI.create(account.getOrDefault(Account.LIMITS, ""));
    NavigableMap<String, String> headers = Message.noHeaders();
    headers.put("Accept", "application/json");
    return Optional.of(
        new Message(Origin.of(uri), "GET", Message.path(uri), headers, Optional.empty()));
  }

  /** The message that calls the function. */
  Message message(Payload arguments) {
    NavigableMap<String, String> headers = Message.noHeaders();
    headers.put(Message.CONTENT_TYPE, "application/json");
    return new Message(origin, method, path, headers, Optional.of(arguments.bytes()));
  }

  static Reading read(SortedMap<String, String> account, SortedMap<String, String> target) {
    List<String> faults = faults(account);
    if (!faults.isEmpty()) {
      return new Reading.Bad(String.join("; ", faults));
    }
    if (!account.containsKey("url")) {
      return new Reading.Bad(
          "the account has no setting 'url', which its functions need, such as"
              + " https://functions.example:8080");
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
      return new Reading.Good(new HttpTarget(Origin.of(whole), Message.path(whole), method));
    } catch (URISyntaxException e) {
      return new Reading.Bad("setting 'path' is no path: " + e.getMessage());
    }
  }
}
