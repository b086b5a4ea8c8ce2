package io.corale.node;

import java.util.List;

/** A configuration that a node cannot start with; says everything that is wrong with it. */
public final class BadConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  BadConfigException(List<String> faults) {
    super(String.join("\n", faults));
  }
}
