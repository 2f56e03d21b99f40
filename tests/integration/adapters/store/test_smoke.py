import pytest
@pytest.mark.parametrize("i", range(10))
def test_x(portal, i, database_url): 
    with portal.store.read() as tx: assert len(tx.identities.all())==1
