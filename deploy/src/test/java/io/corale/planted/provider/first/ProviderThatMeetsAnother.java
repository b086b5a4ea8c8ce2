package io.corale.planted.provider.first;

import io.corale.planted.provider.second.MetProvider;

record ProviderThatMeetsAnother(MetProvider other) {}
