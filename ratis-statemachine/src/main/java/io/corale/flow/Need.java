package io.corale.flow;

/**
 * An external resource that a composition refers to and does not contain: it must be fetched before
 * the composition can be published.
 *
 * @param line where the composition refers to it first, from 1
 * @param column from 1
 * @param address a web address, a file as seen from the composition, or a function of the owner
 *     ({@code name:version@default})
 */
public record Need(int line, int column, String address) {
  /** Whether it is a function of the owner's own catalog, which the cluster has and nobody else. */
  public boolean isOwnFunction() {
    return Catalogs.isOwn(address);
  }

  /** The {@code NAME:VERSION} of a function of the owner's own catalog. */
  public String ownFunction() {
    return address.substring(0, address.lastIndexOf('@'));
  }

  /** {@code line:column: needs ADDRESS}, the form of a {@link Diagnostic}. */
  @Override
  public String toString() {
    return line + ":" + column + ": needs " + address;
  }
}
