package io.corale.node.registry;

import io.corale.model.SealedSecret;
import java.util.Optional;

/**
 * What becomes of a secret. Asked again when another writer was faster, so it must have no effects.
 */
@FunctionalInterface
public interface SecretChange {
  /**
   * The version that is to stand, one above the one that does; empty where nothing changes.
   *
   * @param stands also what is left of one that was removed
   */
  Optional<SealedSecret> after(Optional<SealedSecret> stands);
}
