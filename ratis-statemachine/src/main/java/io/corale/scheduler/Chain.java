package io.corale.scheduler;

import io.corale.model.AttemptId;
import io.corale.model.Ending;
import io.corale.model.InvocationId;
import io.corale.model.Payload;

/**
 * What a replica has decided since its first check, in one number: each entry's results and effects
 * are mixed into what came before them, texts and payloads by their 32-bit hashes. The state alone
 * would not say in which order what was asked of the world.
 *
 * <p>It begins with a check, so that the logs of older builds lead where they led (rule 36). What
 * it is made of never changes within a format.
 */
final class Chain {
  private static final long BEGINNING = 1;
  private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;

  private long link;

  /**
   * @param link as it was; 0 where no check came yet
   */
  Chain(long link) {
    this.link = link;
  }

  /** The number by now; 0 where no check came yet. */
  long link() {
    return link;
  }

  void begin() {
    if (link == 0) {
      link = BEGINNING;
    }
  }

  /** An entry was applied, and this came of it. */
  void applied(long index, Applied applied) {
    if (link == 0) {
      return;
    }
    mix(index);
    mix(applied.cellTimeMicros());
    for (Result result : applied.results()) {
      mix(result);
    }
    for (Effect effect : applied.effects()) {
      mix(effect);
    }
    if (link == 0) {
      link = BEGINNING;
    }
  }

  /** As the 64-bit finalizers of MurmurHash mix. */
  private void mix(long part) {
    long mixed = (link ^ part) * PRIME;
    link = (mixed ^ (mixed >>> 32)) * PRIME;
  }

  private void mix(String text) {
    mix(text.hashCode());
  }

  private void mix(InvocationId invocation) {
    mix(invocation.value());
  }

  private void mix(AttemptId attempt) {
    mix(attempt.call().invocation());
    mix(attempt.call().number());
    mix(attempt.number());
  }

  private void mix(Payload payload) {
    mix(payload.bytes().hashCode());
  }

  private void mix(Result result) {
    if (result instanceof Result.Done) {
      mix(1);
    } else if (result instanceof Result.Accepted) {
      mix(2);
    } else if (result instanceof Result.Known known) {
      mix(3);
      mix(known.composition().toString());
      known.ending().ifPresent(this::mix);
    } else if (result instanceof Result.Announced announced) {
      mix(4);
      mix(announced.reached());
      mix(announced.isKnown() ? 1 : 0);
    } else if (result instanceof Result.Refused refused) {
      mix(5);
      mix(refused.refusal().code().name());
    } else if (result instanceof Result.Received received) {
      mix(7);
      mix(received.bytes());
    } else if (result instanceof Result.Absent) {
      mix(8);
    } else {
      mix(6);
    }
  }

  private void mix(Effect effect) {
    if (effect instanceof Effect.Start start) {
      mix(1);
      mix(start.attempt());
      mix(start.call().account().value());
      mix(start.call().function());
      mix(start.call().implementation());
      mix(start.call().arguments());
      mix(start.call().timeoutMicros());
      mix(start.branch().step());
    } else if (effect instanceof Effect.Stop stop) {
      mix(2);
      mix(stop.attempt());
    } else if (effect instanceof Effect.Answer answer) {
      mix(3);
      mix(answer.invocation());
      mix(answer.ending());
    } else if (effect instanceof Effect.Continue next) {
      mix(4);
      mix(next.branch().invocation());
      mix(next.branch().branch());
      mix(next.branch().step());
      mix(next.signal());
    } else if (effect instanceof Effect.Aim aim) {
      mix(5);
      mix(aim.schedule().name());
      mix(aim.schedule().turn());
    } else if (effect instanceof Effect.Compare compare) {
      mix(6);
      mix(compare.schedule().name());
      mix(compare.wallMillis());
    } else if (effect instanceof Effect.WakeAt wake) {
      mix(7);
      mix(wake.cellTimeMicros());
    } else if (effect instanceof Effect.Active active) {
      mix(9);
      mix(active.format());
    } else {
      mix(8);
    }
  }

  private void mix(Ending ending) {
    if (ending instanceof Ending.Completed completed) {
      mix(1);
      mix(completed.output());
    } else if (ending instanceof Ending.Faulted faulted) {
      mix(2);
      mix(faulted.problem().type());
    } else if (ending instanceof Ending.Cancelled cancelled) {
      mix(3);
      mix(cancelled.reason());
    }
  }

  private void mix(Signal signal) {
    if (signal instanceof Signal.Returned returned) {
      mix(1);
      mix(returned.result());
    } else if (signal instanceof Signal.Failed failed) {
      mix(2);
      mix(failed.problem().type());
    } else if (signal instanceof Signal.Joined joined) {
      mix(3);
      joined.outputs().forEach(this::mix);
    } else if (signal instanceof Signal.Elapsed elapsed) {
      mix(4);
      mix(elapsed.timer());
    } else if (signal instanceof Signal.Item item) {
      mix(5);
      mix(item.index());
      mix(item.item());
    } else if (signal instanceof Signal.Heard heard) {
      mix(6);
      mix(heard.ear());
      mix(heard.event().id());
    } else if (signal instanceof Signal.Begun begun) {
      mix(7);
      mix(begun.input());
    } else {
      mix(8);
    }
  }
}
