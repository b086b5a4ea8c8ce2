package io.corale.node.provider;

import io.corale.model.Allowance;
import java.util.List;

/** What a provider has told of the limits of an account. */
public sealed interface Told {
  /** It is not asked: it has no way to tell, or the account does not want it. */
  record Nothing() implements Told {}

  /** It allows so much, scope by scope. */
  record Allowed(List<Allowance> allowances) implements Told {
    public Allowed {
      allowances = List.copyOf(allowances);
    }
  }

  /** It was not reached, or what it answered cannot be relied on. */
  record Failed(String why) implements Told {}
}
