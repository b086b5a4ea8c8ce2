package io.corale.node.step;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.corale.flow.CallSecrets;
import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.SealedSecret;
import io.corale.node.cell.Cell;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Scheme;
import io.corale.node.seal.KeyRing;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Opens the secrets that a call shows, at the last moment: what comes out of here goes to the
 * provider and nowhere else. Thread-safe; never blocks.
 */
public final class Disclosure {
  private static final JsonMapper JSON = new JsonMapper();

  private final KeyRing keys;

  public Disclosure(KeyRing keys) {
    this.keys = keys;
  }

  /** What is shown where the limits of an account are asked for, or why there is nothing. */
  public sealed interface Opened {
    /** It can be asked. */
    record Ready(Authentication authentication) implements Opened {}

    /** It cannot. */
    record Closed(String why) implements Opened {}
  }

  /**
   * What is shown where the limits of an account are asked for: the secret that it names, with
   * {@code username} and {@code password}, or with {@code token}.
   */
  public Opened ofAsking(Cell cell, Account account) {
    String name = account.settings().get(Account.LIMITS_SECRET);
    if (name == null) {
      return new Opened.Ready(Authentication.NONE);
    }
    Found found = open(cell, name);
    if (found instanceof Found.Missing missing) {
      return new Opened.Closed(missing.why());
    }
    try {
      JsonNode secret = JSON.readTree(((Found.Value) found).json().toByteArray());
      if (!(secret instanceof ObjectNode object)) {
        return new Opened.Closed("secret '" + name + "' is no object");
      }
      Properties properties = new Properties("secret '" + name + "'", object);
      Scheme scheme =
          object.has("token")
              ? new Scheme.Bearer(properties.token("token"))
              : new Scheme.Basic(properties.login());
      return new Opened.Ready(new Authentication.Shown(scheme, new TreeMap<>(), new TreeMap<>()));
    } catch (Properties.Missing e) {
      return new Opened.Closed(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Opened.Closed("secret '" + name + "' is not JSON that can be read");
    }
  }

  /** A secret, opened; or not. */
  private sealed interface Found {
    /** What it says. */
    record Value(ByteString json) implements Found {
      @Override
      public String toString() {
        return "Value";
      }
    }

    /** Why there is none. */
    record Missing(Outcome.Lack lack, String why) implements Found {}
  }

  private Found open(Cell cell, String name) {
    Optional<SealedSecret> sealed =
        cell.secrets().stream()
            .filter(secret -> secret.name().value().equals(name) && !secret.isRemoved())
            .findFirst();
    if (sealed.isEmpty()) {
      return new Found.Missing(Outcome.Lack.AUTHORIZATION, absent(cell.id().owner(), name));
    }
    KeyRing.Opened opened = keys.open(cell.id().owner(), sealed.get());
    return opened instanceof KeyRing.Opened.Closed closed
        ? new Found.Missing(
            Outcome.Lack.CONFIGURATION, "secret '" + name + "' cannot be opened: " + closed.why())
        : new Found.Value(((KeyRing.Opened.Value) opened).json());
  }

  /** What a call shows, or what it lacks. */
  sealed interface Result {
    /** It can be sent. */
    record Ready(Authentication authentication) implements Result {}

    /** It cannot, for certain. */
    record Unready(Outcome outcome) implements Result {}
  }

  /**
   * What a call shows.
   *
   * @param arguments of the call, which carry what of it is no secret
   */
  Result of(Cell cell, CallSecrets secrets, Payload arguments) {
    if (secrets.isEmpty()) {
      return new Result.Ready(Authentication.NONE);
    }
    SortedMap<String, Payload> values = new TreeMap<>();
    for (String name : secrets.names()) {
      Found found = open(cell, name);
      if (found instanceof Found.Missing missing) {
        return new Result.Unready(new Outcome.Unready(missing.lack(), missing.why(), false));
      }
      values.put(name, new Payload(((Found.Value) found).json()));
    }
    return filled(secrets.fill(values, arguments));
  }

  private static String absent(OwnerId owner, String name) {
    return "owner '"
        + owner
        + "' has no secret '"
        + name
        + "'; put it with 'corale secret put "
        + name
        + " --owner "
        + owner
        + "'";
  }

  private static Result filled(CallSecrets.Filled filled) {
    if (filled instanceof CallSecrets.Filled.Unfit unfit) {
      return unready(unfit.why());
    }
    CallSecrets.Filled.Shown shown = (CallSecrets.Filled.Shown) filled;
    try {
      return new Result.Ready(
          new Authentication.Shown(
              scheme(shown.scheme(), shown.properties()), shown.headers(), shown.query()));
    } catch (Properties.Missing e) {
      return unready(String.valueOf(e.getMessage()));
    }
  }

  private static Scheme scheme(String word, ObjectNode object) throws Properties.Missing {
    Properties properties = new Properties("the authentication '" + word + "'", object);
    return switch (word) {
      case "basic" -> new Scheme.Basic(properties.login());
      case "bearer" -> new Scheme.Bearer(properties.token("token"));
      case "digest" -> new Scheme.Digest(properties.loginOfDigest());
      case "oauth2" -> properties.grant(false);
      case "oidc" -> properties.grant(true);
      default -> new Scheme.Plain();
    };
  }

  private static Result unready(String why) {
    return new Result.Unready(new Outcome.Unready(Outcome.Lack.CONFIGURATION, why, false));
  }
}
