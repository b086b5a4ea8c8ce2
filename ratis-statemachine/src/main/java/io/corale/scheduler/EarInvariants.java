package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for what must never be of ears, and of the events that wait for them. */
final class EarInvariants {
  private final Records records;
  private final Listeners listeners;
  private final List<String> broken = new ArrayList<>();

  EarInvariants(Records records, Listeners listeners) {
    this.records = records;
    this.listeners = listeners;
  }

  List<String> broken() {
    records.branches().forEach(this::check);
    records.invocations().forEach(this::checkKept);
    long ears = records.branches().stream().mapToLong(b -> b.waiting().ears().all().size()).sum();
    if (ears != listeners.size()) {
      broken.add(ears + " ears are open, " + listeners.size() + " are known");
    }
    return broken;
  }

  private void check(Branch branch) {
    Ears ears = branch.waiting().ears();
    int before = -1;
    for (Ear ear : ears.all()) {
      check(ear.number() > before, branch, "has ears out of order");
      check(listeners.has(branch.key(), ear), branch, "has an ear that nobody speaks to");
      check(!ear.subscriptions().isEmpty(), branch, "listens for nothing");
      check(
          ear.mailbox().stream().allMatch(mail -> ear.accepts(mail.event())),
          branch,
          "has an event waiting that is not for it");
      check(ear.mailbox().size() <= Ear.MAX_EVENTS, branch, "has too many events waiting");
      checkOrder(branch, ear.mailbox());
      before = ear.number();
    }
    check(ears.all().size() <= Ears.MAX_EARS, branch, "has too many ears");
    ears.hearing().ifPresent(hearing -> checkHearing(branch, hearing));
    if (branch.pending().orElse(null) instanceof Signal.Heard heard) {
      check(ears.find(heard.ear()).isPresent(), branch, "has heard something without an ear");
      check(isThere(branch, heard), branch, "has heard what another has taken");
    }
  }

  private boolean isThere(Branch branch, Signal.Heard heard) {
    return heard.kept() == Signal.Heard.NOT_KEPT
        || records.require(branch.key().invocation()).kept().stream()
            .anyMatch(mail -> mail.sequence() == heard.kept());
  }

  /** Who waits to hear has heard all there is. */
  private void checkHearing(Branch branch, Ears.Hearing hearing) {
    Optional<Ear> ear = branch.waiting().ears().find(hearing.ear());
    check(ear.isPresent(), branch, "waits to hear without an ear");
    List<Mail> kept = records.require(branch.key().invocation()).kept();
    check(
        ear.isEmpty() || ear.get().next(kept).isEmpty(),
        branch,
        "waits to hear though an event waits");
  }

  private void checkKept(Invocation invocation) {
    List<Mail> kept = invocation.kept();
    if (!kept.isEmpty() && !invocation.isLive()) {
      broken.add(invocation.id() + " keeps events beyond its end");
    }
    if (kept.size() > Keeping.MOST_KEPT) {
      broken.add(invocation.id() + " keeps too many events");
    }
  }

  private void checkOrder(Branch branch, List<Mail> mailbox) {
    long before = 0;
    for (Mail mail : mailbox) {
      check(mail.sequence() > before, branch, "has events waiting out of order");
      before = mail.sequence();
    }
  }

  private void check(boolean holds, Branch branch, String violation) {
    if (!holds) {
      broken.add(branch.key() + " " + violation);
    }
  }
}
