package io.corale.flow.proto;

/** A place in a text; lines and columns count from 1. */
record Place(int line, int column) {
  static final Place BEGINNING = new Place(1, 1);
}
