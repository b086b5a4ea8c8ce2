package io.corale.node.provider;

import io.corale.model.Account;
import io.corale.model.AccountId;
import io.corale.model.AttemptId;
import io.corale.model.CallId;
import io.corale.model.InvocationId;
import io.corale.model.OwnerId;
import io.corale.model.Payload;
import io.corale.model.Policy;
import io.corale.model.ScopeLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One attempt as tests of providers send it; each word changes one thing. */
public record Calls(
    CallForm form,
    Account account,
    Map<String, String> target,
    Payload arguments,
    Duration timeout,
    AttemptId attempt,
    SendGuard guard,
    Authentication authentication,
    Hold hold) {

  /** A call that its cell permits, at an account of this provider. */
  public static Calls at(String provider, Map<String, String> settings) {
    return new Calls(
        CallForm.FUNCTION,
        account(provider, settings),
        Map.of(),
        Payload.ofJson("{\"n\":7}"),
        Duration.ofSeconds(5),
        attempt("inv", 1),
        () -> true,
        Authentication.NONE,
        Hold.unbounded());
  }

  /** An account of this provider. */
  public static Account account(String provider, Map<String, String> settings) {
    return new Account(
        new AccountId("acme"),
        provider,
        1,
        Policy.LST_BL,
        new TreeMap<>(settings),
        List.of(new ScopeLimit(ScopeLimit.ROOT, Optional.empty(), 4)));
  }

  /** An attempt of the invocation's third call. */
  public static AttemptId attempt(String invocation, int number) {
    return new AttemptId(new CallId(new InvocationId(invocation), 3), number);
  }

  /** At another account of the same provider. */
  public Calls of(Account other) {
    return new Calls(form, other, target, arguments, timeout, attempt, guard, authentication, hold);
  }

  public Calls to(Map<String, String> settings) {
    return new Calls(
        form, account, settings, arguments, timeout, attempt, guard, authentication, hold);
  }

  public Calls with(String json) {
    return new Calls(
        form, account, target, Payload.ofJson(json), timeout, attempt, guard, authentication, hold);
  }

  public Calls within(Duration limit) {
    return new Calls(form, account, target, arguments, limit, attempt, guard, authentication, hold);
  }

  public Calls named(String invocation, int number) {
    return new Calls(
        form,
        account,
        target,
        arguments,
        timeout,
        attempt(invocation, number),
        guard,
        authentication,
        hold);
  }

  public Calls guardedBy(SendGuard other) {
    return new Calls(
        form, account, target, arguments, timeout, attempt, other, authentication, hold);
  }

  /** A request instead of a call of a function. */
  public Calls asking(String json) {
    return new Calls(
        CallForm.REQUEST,
        account,
        target,
        Payload.ofJson(json),
        timeout,
        attempt,
        guard,
        authentication,
        hold);
  }

  /** A call of a gRPC method, which this describes. */
  public Calls calling(String json, String descriptor) {
    return new Calls(
        CallForm.RPC,
        account,
        Map.of("descriptor", descriptor),
        Payload.ofJson(json),
        timeout,
        attempt,
        guard,
        authentication,
        hold);
  }

  /** One that shows who sends it. */
  public Calls showing(Scheme scheme) {
    return new Calls(
        form,
        account,
        target,
        arguments,
        timeout,
        attempt,
        guard,
        new Authentication.Shown(scheme, new TreeMap<>(), new TreeMap<>()),
        hold);
  }

  /** The same at another provider. */
  public Calls at(String provider) {
    return new Calls(
        form,
        account(provider, account.settings()),
        target,
        arguments,
        timeout,
        attempt,
        guard,
        authentication,
        hold);
  }

  /** One whose large answer finds room there. */
  public Calls holding(Hold room) {
    return new Calls(
        form, account, target, arguments, timeout, attempt, guard, authentication, room);
  }

  /** As the provider gets it. */
  public ProviderCall call() {
    return new ProviderCall(
        new OwnerId("asker"),
        form,
        attempt,
        account,
        "resize",
        new TreeMap<>(target),
        arguments,
        timeout,
        Instant.parse("2026-01-01T00:00:00Z"),
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        authentication,
        guard,
        hold);
  }
}
