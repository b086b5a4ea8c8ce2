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
    return object.path(name).isMissingNode() || object.path(name).isNull() ? otherwise : text(name);
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
    String type = word("grant", "", Grants.GRANTS);
    return new Scheme.Grant(
        authority.endsWith("/") ? authority.substring(0, authority.length() - 1) : authority,
        isDiscovered ? "" : inner("endpoints").text("token", TOKEN_ENDPOINT),
        type,
        type.equals("password") ? Optional.of(login()) : Optional.empty(),
        inner("client").client(),
        inner("request").word("encoding", Grants.ENCODINGS.get(0), Grants.ENCODINGS),
        list("scopes"),
        list("audiences"),
        list("issuers"));
  }

  private Scheme.OAuthClient client() throws Missing {
    String authentication =
        word("authentication", Grants.CLIENT_AUTHENTICATIONS.get(0), Grants.CLIENT_AUTHENTICATIONS);
    boolean needsSecret = !authentication.equals("none") && object.has("id");
    return new Scheme.OAuthClient(
        text("id", ""), needsSecret ? text("secret") : text("secret", ""), authentication);
  }
}
