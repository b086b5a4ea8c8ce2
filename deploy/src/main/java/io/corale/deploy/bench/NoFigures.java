package io.corale.deploy.bench;

/** A run from which nothing can be told; its message says why. */
public final class NoFigures extends Exception {
  private static final long serialVersionUID = 1;

  NoFigures(String why) {
    super(why);
  }
}
