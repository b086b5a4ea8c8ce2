package io.corale.planted.open;

import com.codahale.metrics.Counter;

record MetricsInTheOpen(Counter counter) {}
