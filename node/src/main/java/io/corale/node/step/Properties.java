package io.corale.node.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.Grants;
import io.corale.node.provider.Scheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the properties of an authentication, as they are once its expressions are filled in, or as
 * a secret has them. What is wrong is told by its name, never by its value.
 */
final class Properties {
  /** Servers take about 8,000 characters for all headers. */
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]{1,6000}");

  /** Of a digest, whose answer names the user. */
  private static final Pattern USER = Pattern.compile("[\\x20-\\x7e]{1,256}");

  /** A token endpoint is asked for a handful of words. */
  private static final int MAX_ITEMS = 64;

  private static final String TOKEN_ENDPOINT = "/oauth2/token";
  private static final String CONFIGURATION = "/.well-known/openid-configuration";

  private final String what;
  private final ObjectNode object;

  Properties(String what, ObjectNode object) {
    this.what = what;
    this.object = object;
  }

  /** That a property is not there, or not what it must be. */
  static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }

  String text(String name) throws Missing {
    JsonNode value = object.path(name);
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new Missing(what + " needs the text '" + name + "'");
    }
    return value.textValue();
  }

  /** What stands in a header as it is. */
  String token(String name) throws Missing {
    String token = text(name);
    if (!TOKEN.matcher(token).matches()) {
      throw new Missing(
          what + " needs '" + name + "' to be at most 6000 printable characters without spaces");
    }
    return token;
  }

  private String text(String name, String otherwise) throws Missing {
    return isThere(name) ? text(name) : otherwise;
  }

  private String word(String name, String otherwise, List<String> words) throws Missing {
    String word = text(name, otherwise);
    if (!words.contains(word)) {
      throw new Missing(what + " needs '" + name + "' to be one of " + String.join(", ", words));
    }
    return word;
  }

  private List<String> list(String name) throws Missing {
    List<String> items = new ArrayList<>();
    JsonNode value = object.path(name);
    boolean isList = value.isArray() && value.size() <= MAX_ITEMS;
    if (!isList && !value.isMissingNode() && !value.isNull()) {
      throw new Missing(what + " needs '" + name + "' to be a list of at most " + MAX_ITEMS);
    }
    for (JsonNode item : value) {
      if (!item.isTextual()) {
        throw new Missing(what + " needs '" + name + "' to be a list of texts");
      }
      items.add(item.textValue());
    }
    return items;
  }

  private Properties inner(String name) {
    return new Properties(
        what + "." + name,
        object.path(name) instanceof ObjectNode inner ? inner : object.objectNode());
  }

  Scheme.Login login() throws Missing {
    return new Scheme.Login(text("username"), text("password"));
  }

  /** One whose name stands in a header as it is. */
  Scheme.Login loginOfDigest() throws Missing {
    if (!USER.matcher(text("username")).matches()) {
      throw new Missing(what + " needs 'username' to be at most 256 printable characters");
    }
    return login();
  }

  /** The grant of {@code oauth2}, or of {@code oidc}, whose token endpoint has to be discovered. */
  Scheme.Grant grant(boolean isDiscovered) throws Missing {
    String authority = text("authority");
    return new Scheme.Grant(
        isDiscovered ? without(CONFIGURATION, authority) : without("/", authority),
        isDiscovered ? "" : inner("endpoints").text("token", TOKEN_ENDPOINT),
        asking(word("grant", "", Grants.GRANTS)),
        inner("client").client(),
        inner("request").word("encoding", Grants.ENCODINGS.get(0), Grants.ENCODINGS),
        list("scopes"),
        list("audiences"),
        list("issuers"));
  }

  /** Some write down where the configuration is, and mean the authority. */
  private static String without(String end, String authority) {
    String shorter =
        authority.endsWith(end)
            ? authority.substring(0, authority.length() - end.length())
            : authority;
    return shorter.endsWith("/") ? shorter.substring(0, shorter.length() - 1) : shorter;
  }

  private Scheme.Asking asking(String grant) throws Missing {
    return switch (grant) {
      case "password" -> new Scheme.Asking.WithLogin(login());
      case Grants.REFRESH -> new Scheme.Asking.Anew(inner("subject").token("token"));
      case Grants.EXCHANGE ->
          new Scheme.Asking.InExchange(
              inner("subject").securityToken(),
              isThere("actor") ? Optional.of(inner("actor").securityToken()) : Optional.empty());
      default -> new Scheme.Asking.OfItself();
    };
  }

  private Scheme.SecurityToken securityToken() throws Missing {
    return new Scheme.SecurityToken(token("token"), token("type"));
  }

  private boolean isThere(String name) {
    return !object.path(name).isMissingNode() && !object.path(name).isNull();
  }

  private Scheme.OAuthClient client() throws Missing {
    String authentication =
        word("authentication", Grants.CLIENT_AUTHENTICATIONS.get(0), Grants.CLIENT_AUTHENTICATIONS);
    return switch (authentication) {
      case "none" -> new Scheme.OAuthClient(text("id", ""), "", "", authentication);
      case "client_secret_jwt" ->
          new Scheme.OAuthClient(text("id"), text("secret"), "", authentication);
      case Grants.PRIVATE_KEY ->
          new Scheme.OAuthClient(text("id", ""), "", token("assertion"), authentication);
      default ->
          new Scheme.OAuthClient(
              text("id", ""), isThere("id") ? text("secret") : "", "", authentication);
    };
  }
}
