package io.corale.node.registry;

import io.corale.model.Refusal;
import io.corale.model.Terms;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an owner is to agree to. Asked again when another writer was faster, so it has no effects.
 *
 * @param terms as a whole; their version is chosen here
 * @param replaces the version that must be registered, 0: none may be; empty: whatever is
 * @param inForce what the owner's cell has. A registry that was restored from a backup knows of
 *     earlier terms only, and the cell takes none that are no later than its own.
 */
public record TermsChange(Terms terms, OptionalLong replaces, Terms inForce) {
  /**
   * What is to stand after it, the very same where nothing changes. Refused is what was to replace
   * others than those that stand; what stands as it was wanted may be what an earlier copy of the
   * same request has written.
   */
  public Answer<Terms> after(Optional<Terms> stands) {
    long version = stands.map(Terms::version).orElse(0L);
    boolean isWanted = stands.filter(terms.withVersion(version)::equals).isPresent();
    if (!isWanted && replaces.isPresent() && replaces.getAsLong() != version) {
      return new Answer.Refused<>(conflict(version));
    }
    return new Answer.Given<>(
        isWanted && reachesTheCell(stands.get())
            ? stands.get()
            : terms.withVersion(Math.max(version, inForce.version()) + 1));
  }

  private boolean reachesTheCell(Terms stands) {
    return stands.version() > inForce.version() || stands.equals(inForce);
  }

  private Refusal conflict(long version) {
    String stands = version == 0 ? "no terms are" : "version " + version + " of the terms is";
    String meant = replaces.getAsLong() == 0 ? "none" : "version " + replaces.getAsLong();
    return Refusal.of(
        Refusal.Code.CONFLICT,
        stands + " registered, and " + meant + " was to be replaced; read them again");
  }
}
