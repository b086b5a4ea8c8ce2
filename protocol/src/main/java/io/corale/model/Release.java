package io.corale.model;

/** Which release of Corale this is, as commands, peers and compositions are told. */
public final class Release {
  /** The same number as in the build. */
  public static final String VERSION = "0.1.0";

  private Release() {}
}
