package io.corale.model;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A provider account of an owner as it is registered: which provider, how to reach it, and the tree
 * of its limits.
 *
 * @param provider the provider's id, such as {@code http} or {@code sim}
 * @param version rises with each change; a scheduler never goes back
 * @param policy how its ready calls are ordered
 * @param settings what the provider needs to reach it, such as {@code url}
 * @param scopes the tree of limits, parents before children, the root first
 * @param retriesFast whether what a superpeer had in flight when it crashed is tried again at once,
 *     beside what may still run of it, rather than after its fence: for that long, more may run
 *     than the limits say, by as many calls as were in flight
 */
public record Account(
    AccountId id,
    String provider,
    long version,
    Policy policy,
    SortedMap<String, String> settings,
    List<ScopeLimit> scopes,
    boolean retriesFast) {
  /** A tree that a person can still read. */
  public static final int MAX_SCOPES = 1_000;

  /**
   * The setting that says where its provider is asked for limits, in whatever way that provider
   * understands; what begins with it and a dot belongs to it.
   */
  public static final String LIMITS = "limits";

  /** The setting that names a secret of the owner, which is shown where limits are asked for. */
  public static final String LIMITS_SECRET = "limits.secret";

  public Account {
    Names.label("provider", provider);
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    scopes = List.copyOf(scopes);
    if (scopes.isEmpty() || scopes.size() > MAX_SCOPES) {
      throw new IllegalArgumentException(
          "account '" + id + "' needs 1 to " + MAX_SCOPES + " scopes, has " + scopes.size());
    }
    requireTree(id, scopes);
  }

  /** One whose limits hold whatever crashes. */
  public Account(
      AccountId id,
      String provider,
      long version,
      Policy policy,
      SortedMap<String, String> settings,
      List<ScopeLimit> scopes) {
    this(id, provider, version, policy, settings, scopes, false);
  }

  /** The same as another version. */
  public Account withVersion(long next) {
    return new Account(id, provider, next, policy, settings, scopes, retriesFast);
  }

  /** The same with other limits. */
  public Account withScopes(List<ScopeLimit> others) {
    return new Account(id, provider, version, policy, settings, others, retriesFast);
  }

  /** Whether its provider is asked what it allows. */
  public boolean asksForLimits() {
    return settings.containsKey(LIMITS);
  }

  /**
   * The same without the settings that say how its provider is asked for limits. They are of no use
   * to calls, and older builds do not know them.
   */
  public Account withoutAsking() {
    SortedMap<String, String> others = new TreeMap<>(settings);
    others.keySet().removeIf(key -> key.equals(LIMITS) || key.startsWith(LIMITS + "."));
    return new Account(id, provider, version, policy, others, scopes, retriesFast);
  }

  /** The same, but its calls wait for no fence of a superpeer that has crashed. */
  public Account retryingFast() {
    return new Account(id, provider, version, policy, settings, scopes, true);
  }

  /**
   * Whether it takes the place of what is known of the same account: it is of a later version, or
   * says that it retries fast, which could not be said under that version before (rule 36).
   */
  public boolean succeeds(Account known) {
    return version > known.version
        || (version == known.version && retriesFast && !known.retriesFast);
  }

  /** The same, but its calls wait for every fence. */
  public Account retryingAfterFences() {
    return new Account(id, provider, version, policy, settings, scopes, false);
  }

  /** The limit on everything that runs at this account at once. */
  public int concurrency() {
    return scopes.get(0).concurrency();
  }

  /** Whether a scope is limited by more than how many run in it at once. */
  public boolean hasMoreLimits() {
    return scopes.stream().anyMatch(scope -> !scope.more().isEmpty());
  }

  private static void requireTree(AccountId id, List<ScopeLimit> scopes) {
    Set<String> seen = new LinkedHashSet<>();
    for (ScopeLimit scope : scopes) {
      boolean isFirst = seen.isEmpty();
      boolean isRoot = scope.parent().isEmpty();
      if (isFirst != isRoot || (isRoot && !scope.scope().equals(ScopeLimit.ROOT))) {
        throw new IllegalArgumentException(
            "account '"
                + id
                + "': the first scope, and only it, must be '"
                + ScopeLimit.ROOT
                + "'");
      }
      if (!isRoot && !seen.contains(scope.parent().get())) {
        throw new IllegalArgumentException(
            "account '"
                + id
                + "': scope '"
                + scope.scope()
                + "' has no scope '"
                + scope.parent().get()
                + "' before it");
      }
      if (!seen.add(scope.scope())) {
        throw new IllegalArgumentException(
            "account '" + id + "': scope '" + scope.scope() + "' stands twice");
      }
    }
  }
}
