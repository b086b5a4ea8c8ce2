package io.corale.scheduler;

import java.util.ArrayList;
import java.util.List;

/** Looks for flows and queues that do not count what the records hold (ADR 33). */
final class AdmissionInvariants {
  private final Records records;
  private final Queues queues;

  AdmissionInvariants(Records records, Queues queues) {
    this.records = records;
    this.queues = queues;
  }

  List<String> broken() {
    List<String> broken = new ArrayList<>();
    if (!records.backlog().isSound(records)) {
      broken.add("flows count something else than the records hold");
    }
    long queuedBytes =
        records.calls().stream()
            .filter(call -> call.state() == Call.State.QUEUED)
            .mapToLong(Call::sizeBytes)
            .sum();
    if (queuedBytes != queues.sizeBytes()) {
      broken.add(queuedBytes + " bytes are queued, counted were " + queues.sizeBytes());
    }
    return broken;
  }
}
