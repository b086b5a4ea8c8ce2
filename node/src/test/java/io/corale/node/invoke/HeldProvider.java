package io.corale.node.invoke;

import io.corale.model.Account;
import io.corale.model.Outcome;
import io.corale.node.provider.CallForm;
import io.corale.node.provider.Provider;
import io.corale.node.provider.ProviderCall;
import io.corale.node.provider.ProviderFactory;
import io.corale.node.provider.ProviderSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** A provider that lets a test be the far side: it holds each call until the test answers it. */
final class HeldProvider implements Provider, ProviderFactory {
  final List<Held> held = new ArrayList<>();
  private final String id;
  private final CallForm form;

  HeldProvider(String id, CallForm form) {
    this.id = id;
    this.form = form;
  }

  /** One call, unanswered yet. */
  record Held(ProviderCall call, CompletableFuture<Outcome> answer) {
    boolean leave() {
      return call.guard().permits();
    }
  }

  static Providers together(HeldProvider... all) {
    return Providers.open(
        List.of(all), new ProviderSettings(List.of(), "", new TreeMap<>(), List.of()));
  }

  Held last() {
    return held.get(held.size() - 1);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public boolean takes(CallForm other) {
    return other == form;
  }

  @Override
  public Provider open(ProviderSettings settings) {
    return this;
  }

  @Override
  public List<String> faults(Account account) {
    return List.of();
  }

  @Override
  public CompletableFuture<Outcome> call(ProviderCall call) {
    if (call.target().containsKey("throws")) {
      throw new IllegalStateException("planted");
    }
    Held one = new Held(call, new CompletableFuture<>());
    held.add(one);
    return one.answer();
  }

  @Override
  public void close() {}
}
