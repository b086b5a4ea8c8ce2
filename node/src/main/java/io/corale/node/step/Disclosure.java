package io.corale.node.step;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.corale.flow.CallSecrets;
import io.corale.model.Outcome;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.SealedSecret;
import io.corale.node.cell.Cell;
import io.corale.node.provider.Authentication;
import io.corale.node.provider.Scheme;
import io.corale.node.seal.KeyRing;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Opens the secrets that a call shows, at the last moment: what comes out of here goes to the
 * provider and nowhere else. Thread-safe; never blocks.
 */
public final class Disclosure {
  private final KeyRing keys;

  public Disclosure(KeyRing keys) {
    this.keys = keys;
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
      Optional<SealedSecret> sealed =
          cell.secrets().stream()
              .filter(secret -> secret.name().value().equals(name) && !secret.isRemoved())
              .findFirst();
      if (sealed.isEmpty()) {
        return new Result.Unready(
            new Outcome.Unready(
                Outcome.Lack.AUTHORIZATION, absent(cell.id().owner(), name), false));
      }
      KeyRing.Opened opened = keys.open(cell.id().owner(), sealed.get());
      if (opened instanceof KeyRing.Opened.Closed closed) {
        return unready("secret '" + name + "' cannot be opened: " + closed.why());
      }
      values.put(name, new Payload(((KeyRing.Opened.Value) opened).json()));
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
