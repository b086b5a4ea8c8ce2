package io.corale.client;

import io.corale.model.OwnerId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a client was built with; see {@link ClientBuilder}. */
record Settings(
    Optional<OwnerId> owner,
    Optional<String> token,
    Duration retryFor,
    Duration rememberFor,
    Duration patience,
    int maxInFlight,
    boolean letsWait,
    Executor executor) {}
