package io.corale.model;

/** What a caller may do with one owner. */
public enum Right {
  INVOKE,
  READ,
  PUBLISH,
  ADMIN
}
