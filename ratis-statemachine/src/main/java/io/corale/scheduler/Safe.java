package io.corale.scheduler;

import io.corale.model.Refusal;
import io.corale.model.Refusal.Code;
import io.corale.model.SealedSecret;
import io.corale.model.SecretName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The secrets of a cell's owner, sealed, and the names of those that were removed: an older version
 * of one that comes late must not bring it back.
 */
final class Safe {
  /** Above what the registry takes, removed ones included, so that nothing it took is lost here. */
  static final int MAX_SECRETS = 512;

  private final Map<SecretName, SealedSecret> secrets = new LinkedHashMap<>();

  /** Takes over a newer version; older ones and repeats change nothing. */
  Result entrust(SealedSecret secret) {
    SealedSecret known = secrets.get(secret.name());
    if (known == null && secrets.size() >= MAX_SECRETS) {
      return new Result.Refused(
          Refusal.of(Code.OVERLOADED, "a cell keeps at most " + MAX_SECRETS + " secrets"));
    }
    if (known == null || known.version() < secret.version()) {
      secrets.put(secret.name(), secret);
    }
    return new Result.Done();
  }

  void restore(SealedSecret secret) {
    secrets.put(secret.name(), secret);
  }

  List<SealedSecret> image() {
    return new ArrayList<>(secrets.values());
  }
}
