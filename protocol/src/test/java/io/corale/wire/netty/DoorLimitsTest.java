package io.corale.wire.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.corale.wire.Door.Request.WhatCase;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DoorLimitsTest {
  /** Their numbers decide that: a new request of clients must not get one beyond those of nodes. */
  @Test
  void onlyWhatNodesSayToEachOtherIsClosedToClients() {
    assertThat(Stream.of(WhatCase.values()).filter(DoorLimits::isOfNodes))
        .containsExactlyInAnyOrder(
            WhatCase.ADD_REPLICA,
            WhatCase.DELIVER,
            WhatCase.GOSSIP,
            WhatCase.REFRESH,
            WhatCase.TEND_REPLICA,
            WhatCase.WITNESS,
            WhatCase.INQUIRE,
            WhatCase.FIT);
  }
}
